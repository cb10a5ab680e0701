package dev.tuneworthy.decision;

import dev.tuneworthy.decision.TestScores.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Macro-F1 of any sample of items, fast enough for a bootstrap: the mean over the classes that were
 * expected or predicted of 2 tp / (2 tp + fp + fn), as {@code scoring.Quality} defines it.
 */
final class MacroF1 {
  /** Stands for "names no class". */
  private static final int NONE = -1;

  private final int[] expected;
  private final int[] predicted;
  private final int classes;

  MacroF1(Labels labels) {
    Map<String, Integer> numbers = new HashMap<>();
    this.expected = numbered(labels.expected(), numbers);
    this.predicted = numbered(labels.predicted(), numbers);
    this.classes = numbers.size();
  }

  /**
   * @param sample positions of items, with repeats; 0 for none
   */
  double of(int[] sample) {
    int[] hits = new int[classes];
    int[] wrong = new int[classes];
    for (int item : sample) {
      if (expected[item] == predicted[item]) {
        hits[expected[item]]++;
      } else {
        wrong[expected[item]]++;
        if (predicted[item] != NONE) {
          wrong[predicted[item]]++;
        }
      }
    }
    double sum = 0;
    int seen = 0;
    for (int c = 0; c < classes; c++) {
      if (hits[c] + wrong[c] > 0) {
        sum += 2.0 * hits[c] / (2.0 * hits[c] + wrong[c]);
        seen++;
      }
    }
    return seen == 0 ? 0 : sum / seen;
  }

  private static int[] numbered(List<String> labels, Map<String, Integer> numbers) {
    return labels.stream()
        .mapToInt(l -> l.isEmpty() ? NONE : numbers.computeIfAbsent(l, k -> numbers.size()))
        .toArray();
  }
}
