package dev.tuneworthy.stats;

import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How much less a clustered sample says than an independent one of the same size: the variance of
 * its mean, items of one source (template, document, person) taken together, over the variance
 * without clusters (Kish 1965; Miller 2024 for evaluations of language models). Dividing counts by
 * it gives an effective sample to which the methods for independent items apply (Rao and Scott
 * 1992); for a score interval that is the same as z times the root of the effect.
 *
 * <p>Few clusters tell little of their own variance, so the effect is raised by the square of
 * Student's t over z with one degree of freedom less than there are clusters (Cameron, Gelbach and
 * Miller 2008). Never under 1: what looks better than independent is taken for chance.
 */
public final class DesignEffect {
  /** No clusters. */
  public static final double NONE = 1;

  /** Where t and z are compared: the one-sided level of every decision. */
  private static final double CONFIDENCE = 0.95;

  private DesignEffect() {}

  /**
   * The effect on the mean of some values.
   *
   * @param values one for each item
   * @param clusters the cluster of each item, numbered from 0
   */
  public static double of(double[] values, List<Integer> clusters) {
    int n = values.length;
    if (clusters.size() != n) {
      throw new IllegalArgumentException(n + " values in " + clusters.size() + " clusters");
    }
    int count = clusters.stream().mapToInt(c -> c + 1).max().orElse(0);
    double[] sums = new double[count];
    double[] sizes = new double[count];
    double mean = 0;
    for (double value : values) {
      mean += value / n;
    }
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double deviation = values[i] - mean;
      squares += deviation * deviation;
      sums[clusters.get(i)] += deviation;
      sizes[clusters.get(i)]++;
    }
    return effect(sums, sizes, squares, n);
  }

  private static double effect(double[] sums, double[] sizes, double squares, int n) {
    int clusters = 0;
    double together = 0;
    double largest = 0; // as if the items of a cluster all said the same
    for (int c = 0; c < sizes.length; c++) {
      clusters += sizes[c] > 0 ? 1 : 0;
      together += sums[c] * sums[c];
      largest += sizes[c] * sizes[c] / n;
    }
    if (clusters == n) {
      return NONE;
    }
    if (clusters < 2) {
      return Math.max(NONE, n);
    }
    double g = clusters;
    double effect = squares > 0 ? g / (g - 1) * together / (squares * n / (n - 1.0)) : largest;
    double t = TDistribution.of(g - 1).inverseCumulativeProbability(CONFIDENCE);
    double few = t / Normal.quantile(CONFIDENCE);
    return Math.max(NONE, Math.min(n, effect * few * few));
  }
}
