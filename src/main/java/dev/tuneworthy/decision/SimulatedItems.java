package dev.tuneworthy.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Test items of a simulated task and which candidate has which right, the truth known in closed
 * form. A candidate is right where the sum of its skill, the ease of the item, the ease of the
 * item's source and its own luck is above 0, all normal, so that items are hard or easy for every
 * candidate alike (correlated) and those of one source resemble each other (clustered). Shares no
 * code with {@code stats}: what judges the statistics must not err with them.
 *
 * @param ease share of the variance that all candidates share on an item
 * @param source share that they share on all items of a source
 * @param taste share that one candidate has in common on all items of a source
 * @param meanSize items of a source; 1 for independent items
 * @param unequal whether sources are of 1 to {@code 2 meanSize - 1} items
 */
record SimulatedItems(double ease, double source, double taste, int meanSize, boolean unequal) {
  private static final int STEPS = 160;
  private static final double FAR = 8;

  SimulatedItems {
    if (ease < 0 || source < 0 || taste < 0 || ease + source + taste >= 1 || meanSize < 1) {
      throw new IllegalArgumentException(
          "shares of variance " + ease + ", " + source + ", " + taste + " with " + meanSize);
    }
  }

  /**
   * What was drawn.
   *
   * @param right for each candidate and item
   * @param clusters of each item, numbered from 0
   */
  record Drawn(boolean[][] right, List<Integer> clusters) {}

  /**
   * Draws items.
   *
   * @param qualities the true share right of each candidate, in (0, 1)
   */
  Drawn draw(double[] qualities, int n, RandomGenerator random) {
    double[] skills = new double[qualities.length];
    for (int c = 0; c < skills.length; c++) {
      skills[c] = quantile(qualities[c]);
    }
    double own = Math.sqrt(1 - ease - source - taste);
    boolean[][] right = new boolean[skills.length][n];
    List<Integer> clusters = new ArrayList<>(n);
    double[] ofSource = new double[skills.length];
    int left = 0;
    int cluster = -1;
    for (int item = 0; item < n; item++) {
      if (left == 0) {
        cluster++;
        left = unequal ? 1 + random.nextInt(2 * meanSize - 1) : meanSize;
        double shared = Math.sqrt(source) * random.nextGaussian();
        for (int c = 0; c < skills.length; c++) {
          ofSource[c] = skills[c] + shared + Math.sqrt(taste) * random.nextGaussian();
        }
      }
      left--;
      clusters.add(cluster);
      double easy = Math.sqrt(ease) * random.nextGaussian();
      for (int c = 0; c < skills.length; c++) {
        right[c][item] = ofSource[c] + easy + own * random.nextGaussian() > 0;
      }
    }
    return new Drawn(right, clusters);
  }

  /** True standard error of a candidate's share right over {@code n} items. */
  double standardError(double quality, int n) {
    double variance = quality * (1 - quality);
    double within = both(quality, quality, source + taste) - quality * quality;
    return Math.sqrt((variance + others() * within) / n);
  }

  /** True standard error of the difference of two candidates on the same {@code n} items. */
  double standardError(double first, double second, int n) {
    double difference = first - second;
    double differing = first + second - 2 * both(first, second, ease + source);
    double within =
        both(first, first, source + taste)
            + both(second, second, source + taste)
            - 2 * both(first, second, source);
    double square = difference * difference;
    return Math.sqrt((differing - square + others() * (within - square)) / n);
  }

  /** How many other items of its source an item meets, on average. */
  private double others() {
    if (!unequal) {
      return meanSize - 1;
    }
    double sizes = 0;
    double squares = 0;
    for (int size = 1; size < 2 * meanSize; size++) {
      sizes += size;
      squares += (double) size * size;
    }
    return squares / sizes - 1;
  }

  /** P(both right) of two normal sums with this correlation, by Simpson's rule over the shared. */
  private static double both(double first, double second, double correlation) {
    double one = quantile(first);
    double two = quantile(second);
    double shared = Math.sqrt(correlation);
    double own = Math.sqrt(1 - correlation);
    double width = 2 * FAR / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      double x = -FAR + i * width;
      double weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
      sum +=
          weight * density(x) * below((one + shared * x) / own) * below((two + shared * x) / own);
    }
    return sum * width / 3;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** The standard normal distribution function, by its series (Marsaglia 2004). */
  static double below(double x) {
    if (Math.abs(x) > 7) {
      return x > 0 ? 1 : 0;
    }
    double term = x;
    double sum = x;
    for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + sum * density(x);
  }

  static double quantile(double probability) {
    double low = -FAR;
    double high = FAR;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (below(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
