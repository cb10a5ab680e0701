package dev.tuneworthy.stats;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Several tests at once: p-values adjusted so that comparing each with &alpha; keeps the chance of
 * any false alarm at &alpha; (Holm 1979). Needs no assumption on how the tests depend on each
 * other.
 */
public final class Holm {
  private Holm() {}

  /** The adjusted p-values in the order of the given ones, at most 1. */
  public static List<Double> adjust(List<Double> pValues) {
    for (double p : pValues) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("a p-value lies in [0, 1], not " + p);
      }
    }
    int count = pValues.size();
    List<Integer> order =
        IntStream.range(0, count).boxed().sorted(Comparator.comparing(pValues::get)).toList();
    List<Double> adjusted = new ArrayList<>(Collections.nCopies(count, 1.0));
    double largest = 0;
    for (int rank = 0; rank < count; rank++) {
      int index = order.get(rank);
      largest = Math.max(largest, Math.min(1, (count - rank) * pValues.get(index)));
      adjusted.set(index, largest);
    }
    return List.copyOf(adjusted);
  }
}
