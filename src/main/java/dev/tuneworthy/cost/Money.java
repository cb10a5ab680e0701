package dev.tuneworthy.cost;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** An amount of US dollars, decimal throughout; may be negative where it is a difference. */
public record Money(BigDecimal usd) implements Comparable<Money> {
  public static final Money ZERO = new Money(BigDecimal.ZERO);

  /** Enough digits that rounding never shows in an amount a person reads. */
  private static final MathContext DIGITS = MathContext.DECIMAL128;

  public static Money of(String usd) {
    return new Money(new BigDecimal(usd));
  }

  public Money plus(Money other) {
    return new Money(usd.add(other.usd, DIGITS));
  }

  public Money minus(Money other) {
    return new Money(usd.subtract(other.usd, DIGITS));
  }

  public Money times(BigDecimal factor) {
    return new Money(usd.multiply(factor, DIGITS));
  }

  public Money times(long factor) {
    return times(BigDecimal.valueOf(factor));
  }

  public Money dividedBy(long divisor) {
    return new Money(usd.divide(BigDecimal.valueOf(divisor), DIGITS));
  }

  /**
   * A decimal string without exponent: cents for amounts from a dollar on, six significant digits
   * below.
   */
  public String text() {
    boolean small = usd.abs().compareTo(BigDecimal.ONE) < 0;
    if (!small || usd.signum() == 0) {
      return usd.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
    BigDecimal rounded = usd.round(new MathContext(6, RoundingMode.HALF_UP)).stripTrailingZeros();
    return rounded.setScale(Math.max(2, rounded.scale()), RoundingMode.UNNECESSARY).toPlainString();
  }

  /** By amount; {@code 1.0} and {@code 1.00} are the same money. */
  @Override
  public int compareTo(Money other) {
    return usd.compareTo(other.usd);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Money money && usd.compareTo(money.usd) == 0;
  }

  @Override
  public int hashCode() {
    return usd.stripTrailingZeros().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
