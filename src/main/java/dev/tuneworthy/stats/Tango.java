package dev.tuneworthy.stats;

/**
 * The score interval of a difference of two paired rates (Tango 1998, "Equivalence test and
 * confidence interval for the difference in proportions for the paired-sample design", Statistics
 * in Medicine 17). Assumes independent pairs; keeps its coverage where few pairs differ, or none.
 * The difference is that of {@link PairedCounts#difference()}: first minus second.
 */
public final class Tango {
  /** Enough halvings of [-1, 1] to reach the last bit that matters. */
  private static final int HALVINGS = 60;

  private Tango() {}

  /** The two-sided interval; [-1, 1] without items. */
  public static Interval interval(PairedCounts counts, double confidence) {
    return interval(counts, confidence, DesignEffect.NONE);
  }

  /**
   * The same for pairs in clusters.
   *
   * @param effect of the differences, as {@link DesignEffect} finds it
   */
  public static Interval interval(PairedCounts counts, double confidence, double effect) {
    double z = Normal.twoSided(confidence) * Math.sqrt(effect);
    return new Interval(-highest(counts.swapped(), z), highest(counts, z));
  }

  /** One-sided: the difference is at most this with the given confidence. */
  public static double upper(PairedCounts counts, double confidence) {
    return upper(counts, confidence, DesignEffect.NONE);
  }

  /** The same for pairs in clusters. */
  public static double upper(PairedCounts counts, double confidence, double effect) {
    return highest(counts, Normal.quantile(confidence) * Math.sqrt(effect));
  }

  /** One-sided: the difference is at least this with the given confidence. */
  public static double lower(PairedCounts counts, double confidence) {
    return lower(counts, confidence, DesignEffect.NONE);
  }

  /** The same for pairs in clusters. */
  public static double lower(PairedCounts counts, double confidence, double effect) {
    return -highest(counts.swapped(), Normal.quantile(confidence) * Math.sqrt(effect));
  }

  /**
   * The difference at which the score falls to -z; the score only falls as the difference grows.
   */
  private static double highest(PairedCounts counts, double z) {
    double low = counts.difference();
    double high = 1;
    if (counts.n() == 0 || low >= 1) {
      return 1;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (score(counts, middle) > -z) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * (b - c - n&Delta;) / &radic;(n(2q + &Delta;(1 - &Delta;))), q the maximum-likelihood chance
   * that the second alone is right, given the difference &Delta;: the larger root of 2n q&sup2; + B
   * q - c&Delta;(1 - &Delta;) = 0, B = (2n - b + c)&Delta; - b - c.
   */
  private static double score(PairedCounts counts, double delta) {
    double n = counts.n();
    double b = counts.onlyFirst();
    double c = counts.onlySecond();
    double linear = (2 * n - b + c) * delta - b - c;
    double constant = -c * delta * (1 - delta);
    double root = Math.sqrt(Math.max(0, linear * linear - 8 * n * constant));
    double q = (root - linear) / (4 * n);
    double variance = n * (2 * q + delta * (1 - delta));
    double excess = b - c - n * delta;
    if (variance <= 0) {
      return excess == 0 ? 0 : Math.copySign(Double.MAX_VALUE, excess);
    }
    return excess / Math.sqrt(variance);
  }
}
