package dev.tuneworthy.cost;

import java.util.Optional;

/**
 * The volume at which one approach becomes cheaper than another over a horizon, or why there is
 * none.
 */
public sealed interface BreakEven {
  /** Requests a month beyond which nobody plans. */
  long MOST_REQUESTS = 10_000_000_000L;

  /** Volumes looked at lie this factor apart; replica steps closer together are not told apart. */
  double STEP = 1.01;

  /**
   * The order changes.
   *
   * @param requestsPerMonth the lowest volume from which the other is cheaper
   * @param firstCheaperAbove whether it is the first that is cheaper from there on
   * @param changesAgain whether, for the steps of added replicas, the order changes back further up
   */
  record At(long requestsPerMonth, boolean firstCheaperAbove, boolean changesAgain)
      implements BreakEven {}

  /** The order never changes. */
  record None(String reason) implements BreakEven {}

  /** Compares two approaches from 1 request a month up to {@link #MOST_REQUESTS}. */
  static BreakEven between(
      String firstName, ApproachCost first, String secondName, ApproachCost second, int months) {
    if (difference(first, second, 1, months).isEmpty()) {
      Cost sum = first.overHorizon(1, months).plus(second.overHorizon(1, months));
      return new None(sum instanceof Cost.Unknown unknown ? unknown.reason() : "");
    }
    int before = 0;
    long last = 1;
    for (long volume = 1; volume <= MOST_REQUESTS; volume = next(volume)) {
      int sign = sign(first, second, volume, months);
      if (before != 0 && sign == -before) {
        long at = crossing(first, second, last, volume, months, sign);
        return new At(at, sign < 0, changesBack(first, second, volume, months, sign));
      }
      if (sign != 0) {
        before = sign;
      }
      last = volume;
    }
    if (before == 0) {
      return new None(firstName + " and " + secondName + " cost the same at every volume");
    }
    String cheaper = before < 0 ? firstName : secondName;
    return new None(cheaper + " is never the dearer one, whatever the volume");
  }

  private static long next(long volume) {
    return Math.max(volume + 1, (long) (volume * STEP));
  }

  private static boolean changesBack(
      ApproachCost first, ApproachCost second, long from, int months, int sign) {
    for (long volume = from; volume <= MOST_REQUESTS; volume = next(volume)) {
      if (sign(first, second, volume, months) == -sign) {
        return true;
      }
    }
    return false;
  }

  /** The lowest volume in (low, high] with the new sign, by bisection. */
  private static long crossing(
      ApproachCost first, ApproachCost second, long from, long to, int months, int sign) {
    long low = from;
    long high = to;
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (sign(first, second, middle, months) == sign) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private static int sign(ApproachCost first, ApproachCost second, long volume, int months) {
    return difference(first, second, volume, months).map(d -> d.usd().signum()).orElse(0);
  }

  private static Optional<Money> difference(
      ApproachCost first, ApproachCost second, long volume, int months) {
    return first
        .overHorizon(volume, months)
        .amount()
        .flatMap(mine -> second.overHorizon(volume, months).amount().map(mine::minus));
  }
}
