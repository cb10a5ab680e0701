package dev.tuneworthy.stats;

import org.apache.commons.numbers.gamma.RegularizedBeta;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Tests whether two candidates on the same items differ, from the items on which they do (McNemar
 * 1947): under the null hypothesis each of these falls to either with chance one half. The exact
 * test holds its level always; the mid-p version (Lancaster 1961; Fagerland, Lydersen and Laake
 * 2013) holds it nearly always and wastes less power. Assumes independent items.
 */
public final class McNemar {
  private McNemar() {}

  /** Exact p-value against "the first is better"; 1 where no item differs. */
  public static double exactOneSided(PairedCounts counts) {
    return atLeast(counts.onlyFirst(), counts.discordant());
  }

  /**
   * The exact test for pairs in clusters: that of the counts divided by the design effect, as for
   * {@link #midPOneSided(PairedCounts, double)}.
   */
  public static double exactOneSided(PairedCounts counts, double effect) {
    return effect <= DesignEffect.NONE
        ? exactOneSided(counts)
        : tail(counts.onlyFirst() / effect, counts.onlySecond() / effect + 1);
  }

  /** Mid-p value against "the first is better"; one half where no item differs. */
  public static double midPOneSided(PairedCounts counts) {
    int pairs = counts.discordant();
    return halved(atLeast(counts.onlyFirst(), pairs), exactly(counts.onlyFirst(), pairs) / 2);
  }

  /**
   * Mid-p value for pairs in clusters: that of the counts divided by the design effect, whole or
   * not, through the incomplete beta function, which is the tail of the binomial distribution.
   *
   * @param effect of the differences, as {@link DesignEffect} finds it
   */
  public static double midPOneSided(PairedCounts counts, double effect) {
    if (effect <= DesignEffect.NONE || counts.discordant() == 0) {
      return midPOneSided(counts);
    }
    double first = counts.onlyFirst() / effect;
    double second = counts.onlySecond() / effect;
    return (tail(first, second + 1) + tail(first + 1, second)) / 2;
  }

  /** I_&frac12;(first, second): for whole numbers P(X &ge; first) of first + second - 1 trials. */
  private static double tail(double first, double second) {
    if (first <= 0) {
      return 1;
    }
    return second <= 0 ? 0 : RegularizedBeta.value(0.5, first, second);
  }

  /** Exact two-sided p-value; 1 where no item differs. */
  public static double exactTwoSided(PairedCounts counts) {
    int most = Math.max(counts.onlyFirst(), counts.onlySecond());
    return Math.min(1, 2 * atLeast(most, counts.discordant()));
  }

  /** Two-sided mid-p value; 1 where no item differs. */
  public static double midPTwoSided(PairedCounts counts) {
    int most = Math.max(counts.onlyFirst(), counts.onlySecond());
    int pairs = counts.discordant();
    return Math.min(1, halved(2 * atLeast(most, pairs), exactly(most, pairs)));
  }

  /** Far out in the tail both terms are rounded, and their difference may fall under 0. */
  private static double halved(double tail, double atom) {
    return Math.max(0, tail - atom);
  }

  private static double atLeast(int successes, int trials) {
    if (successes == 0) {
      return 1;
    }
    return BinomialDistribution.of(trials, 0.5).survivalProbability(successes - 1);
  }

  private static double exactly(int successes, int trials) {
    return BinomialDistribution.of(trials, 0.5).probability(successes);
  }
}
