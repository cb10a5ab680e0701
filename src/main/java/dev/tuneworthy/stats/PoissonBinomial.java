package dev.tuneworthy.stats;

import java.util.List;

/**
 * The number of successes in independent trials that each have their own chance; with equal chances
 * the binomial distribution. Computed exactly by adding one trial after the other (Hong 2013, "On
 * computing the distribution function for the Poisson binomial distribution").
 */
public final class PoissonBinomial {
  private PoissonBinomial() {}

  /**
   * Two-sided p-value of so many successes: twice the smaller tail, at most 1; 1 without a trial.
   *
   * @param chances of each trial, in [0, 1]
   */
  public static double exactTwoSided(int successes, List<Double> chances) {
    if (successes < 0 || successes > chances.size()) {
      throw new IllegalArgumentException(successes + " successes in " + chances.size() + " trials");
    }
    double[] probabilities = probabilities(chances);
    double atMost = 0;
    double atLeast = 0;
    for (int k = 0; k < probabilities.length; k++) {
      atMost += k <= successes ? probabilities[k] : 0;
      atLeast += k >= successes ? probabilities[k] : 0;
    }
    return Math.min(1, 2 * Math.min(atMost, atLeast));
  }

  /** The probability of 0, 1, ... successes. */
  private static double[] probabilities(List<Double> chances) {
    double[] of = new double[chances.size() + 1];
    of[0] = 1;
    int trials = 0;
    for (double chance : chances) {
      if (!(chance >= 0 && chance <= 1)) {
        throw new IllegalArgumentException("a chance lies in [0, 1], not " + chance);
      }
      trials++;
      for (int k = trials; k > 0; k--) {
        of[k] = of[k] * (1 - chance) + of[k - 1] * chance;
      }
      of[0] *= 1 - chance;
    }
    return of;
  }
}
