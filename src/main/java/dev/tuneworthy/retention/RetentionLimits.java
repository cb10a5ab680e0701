package dev.tuneworthy.retention;

import java.util.Optional;

/**
 * What loss is accepted, as shares of items from 0 to 1.
 *
 * @param routed whether the adapter meets only its own task's requests and {@code misrouteRate} of
 *     the others; otherwise it meets all
 * @param pooledMargin drop over all capabilities that must be ruled out
 * @param capabilityMargin drop of one capability that raises an alarm
 * @param misroutedMargin for a routed adapter: drop, unscaled, of the requests that meet it by
 *     mistake; empty if they may suffer any
 */
public record RetentionLimits(
    boolean routed,
    double misrouteRate,
    double pooledMargin,
    double capabilityMargin,
    Optional<Double> misroutedMargin) {
  public RetentionLimits {
    share("misroute rate", misrouteRate);
    share("pooled margin", pooledMargin);
    share("capability margin", capabilityMargin);
    misroutedMargin.ifPresent(margin -> share("misrouted margin", margin));
  }

  public static RetentionLimits shared(double pooledMargin, double capabilityMargin) {
    return new RetentionLimits(false, 1, pooledMargin, capabilityMargin, Optional.empty());
  }

  /** The share of other traffic that meets the adapter; it scales every measured drop. */
  public double appliedShare() {
    return routed ? misrouteRate : 1;
  }

  /**
   * Whether no loss could reach a margin, since so small a share of other traffic meets the
   * adapter; what that share itself may suffer is not asked here.
   */
  public boolean cannotFail() {
    return routed && misrouteRate <= pooledMargin && misrouteRate <= capabilityMargin;
  }

  private static void share(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("the " + what + " lies in [0, 1], not " + value);
    }
  }
}
