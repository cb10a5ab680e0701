package dev.tuneworthy.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/** Quantiles of the standard normal distribution, with the confidence checked. */
final class Normal {
  private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

  private Normal() {}

  /** z such that a share {@code probability} lies under it; {@code probability} in (0, 1). */
  static double quantile(double probability) {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException("a probability lies in (0, 1), not " + probability);
    }
    return STANDARD.inverseCumulativeProbability(probability);
  }

  /** z of a two-sided interval: 1.96 at 0.95. */
  static double twoSided(double confidence) {
    return quantile((1 + confidence) / 2);
  }
}
