package dev.tuneworthy.policy;

import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * A quantile of measured times with one-sided bounds from order statistics (David and Nagaraja
 * 2003, section 7.1); assumes independent requests and nothing about their distribution.
 *
 * @param value the smallest measured time that a share {@code quantile} does not exceed
 * @param lower one-sided lower bound
 * @param upper one-sided upper bound; the largest time where there are too few for a bound (under
 *     59 requests for the 95th percentile at 95 %)
 */
record QuantileBounds(double value, double lower, double upper) {
  /**
   * @param times in any order, at least one
   * @param quantile in (0, 1), as 0.95
   * @param confidence of each bound
   */
  static QuantileBounds of(List<Double> times, double quantile, double confidence) {
    List<Double> sorted = times.stream().sorted().toList();
    int n = sorted.size();
    if (n == 0) {
      throw new IllegalArgumentException("a quantile needs at least one time");
    }
    // How many of n times lie under the true quantile.
    BinomialDistribution under = BinomialDistribution.of(n, quantile);
    int low = under.inverseCumulativeProbability(1 - confidence);
    int high = under.inverseCumulativeProbability(confidence);
    int rank = (int) Math.ceil(quantile * n - 1e-9);
    return new QuantileBounds(
        sorted.get(Math.max(0, rank - 1)),
        low < 1 ? sorted.get(0) : sorted.get(low - 1),
        sorted.get(Math.min(n - 1, high)));
  }
}
