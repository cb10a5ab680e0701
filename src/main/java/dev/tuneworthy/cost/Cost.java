package dev.tuneworthy.cost;

import java.util.Optional;

/**
 * A cost that is known, or not: an unknown price makes every sum it enters unknown, never smaller.
 */
public sealed interface Cost {
  record Known(Money value) implements Cost {}

  /**
   * A cost that nobody can name.
   *
   * @param reason what is missing, in words for a person
   */
  record Unknown(String reason) implements Cost {}

  /** Nothing to pay. */
  static Cost zero() {
    return new Known(Money.ZERO);
  }

  static Cost of(Money amount) {
    return new Known(amount);
  }

  static Cost unknown(String reason) {
    return new Unknown(reason);
  }

  default Cost plus(Cost other) {
    if (this instanceof Known mine && other instanceof Known theirs) {
      return new Known(mine.value.plus(theirs.value));
    }
    return this instanceof Unknown ? this : other;
  }

  default Cost times(long factor) {
    return this instanceof Known known ? new Known(known.value.times(factor)) : this;
  }

  default Cost dividedBy(long divisor) {
    return this instanceof Known known ? new Known(known.value.dividedBy(divisor)) : this;
  }

  /** The amount, empty where it is unknown. */
  default Optional<Money> amount() {
    return this instanceof Known known ? Optional.of(known.value) : Optional.empty();
  }

  /** A decimal string, or the word {@code unknown}. */
  default String text() {
    return amount().map(Money::text).orElse("unknown");
  }
}
