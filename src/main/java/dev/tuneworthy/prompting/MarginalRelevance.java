package dev.tuneworthy.prompting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): one after the other the item of the
 * largest
 *
 * <pre>
 *   λ · relevance − (1 − λ) · largest similarity to an item taken before
 * </pre>
 *
 * among equals the first.
 */
final class MarginalRelevance {
  private MarginalRelevance() {}

  /** How alike two items are, on the scale of their relevance. */
  @FunctionalInterface
  interface Similarity {
    double between(int one, int other);
  }

  /**
   * The items taken, the first taken first.
   *
   * @param relevance of each item; negative infinity leaves it out
   * @param lambda 1 for relevance alone, 0 for difference alone
   * @param k how many to take, if there are so many
   */
  static List<Integer> choose(double[] relevance, Similarity similarity, double lambda, int k) {
    List<Integer> taken = new ArrayList<>();
    double[] alike = new double[relevance.length];
    boolean[] out = new boolean[relevance.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = relevance[i] == Double.NEGATIVE_INFINITY;
    }
    while (taken.size() < k) {
      int best = best(relevance, alike, out, taken.isEmpty() ? 1 : lambda);
      if (best < 0) {
        break;
      }
      boolean first = taken.isEmpty();
      taken.add(best);
      out[best] = true;
      for (int i = 0; i < alike.length; i++) {
        if (!out[i]) {
          double now = similarity.between(best, i);
          alike[i] = first ? now : Math.max(alike[i], now);
        }
      }
    }
    return taken;
  }

  /** The best that is still there; -1 if none is. */
  private static int best(double[] relevance, double[] alike, boolean[] out, double lambda) {
    double[] value = new double[relevance.length];
    Arrays.setAll(value, i -> lambda * relevance[i] - (1 - lambda) * alike[i]);
    int best = -1;
    for (int i = 0; i < value.length; i++) {
      if (!out[i] && (best < 0 || value[i] > value[best])) {
        best = i;
      }
    }
    return best;
  }
}
