package dev.tuneworthy.decision;

import dev.tuneworthy.stats.DropEProcess;
import dev.tuneworthy.stats.PairedCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who can still win while outcomes on the same items come in (racing; Maron and Moore 1994, with an
 * anytime-valid test in place of their bound). One is out as soon as the e-process of its paired
 * outcomes against any other shows that it is worse ({@link DropEProcess}; Waudby-Smith and Ramdas
 * 2024). With a threshold of (m &minus; 1)/&alpha; for m contestants the best of all is out with a
 * chance of at most &alpha;, however often one looks, for it has m &minus; 1 rivals. Assumes that
 * the items come in random order. Right or wrong is what counts; a failure is not right.
 */
final class Race {
  static final double ALPHA = 0.05;

  private final int contestants;
  private final Map<String, List<Boolean>> outcomes = new LinkedHashMap<>();

  /**
   * @param contestants how many could ever enter, which is fixed before the first item
   */
  Race(int contestants) {
    this.contestants = Math.max(2, contestants);
  }

  /**
   * The other that a contestant is shown to be worse than.
   *
   * @param lost items that the other alone had right
   * @param gained items that the contestant alone had right
   * @param logEvidence natural logarithm of the e-value
   */
  record Beaten(String by, int lost, int gained, double logEvidence) {
    String told() {
      return String.format(
          Locale.ROOT,
          "worse than %s: it lost %d items and gained %d, e-value %.3g",
          by,
          lost,
          gained,
          Math.exp(logEvidence));
    }
  }

  /** Takes the outcomes of a contestant on the first items, in place of those on fewer. */
  void outcomes(String contestant, List<Boolean> right) {
    outcomes.merge(
        contestant, List.copyOf(right), (old, now) -> now.size() >= old.size() ? now : old);
  }

  /** The clearest defeat of a contestant on the items that both were asked, if there is one. */
  Optional<Beaten> beaten(String contestant) {
    List<Boolean> own = outcomes.getOrDefault(contestant, List.of());
    Optional<Beaten> clearest = Optional.empty();
    for (Map.Entry<String, List<Boolean>> rival : outcomes.entrySet()) {
      if (rival.getKey().equals(contestant)) {
        continue;
      }
      PairedCounts counts = paired(rival.getValue(), own);
      double evidence = DropEProcess.logEvidence(counts);
      if (evidence >= threshold()
          && evidence > clearest.map(Beaten::logEvidence).orElse(Double.NEGATIVE_INFINITY)) {
        clearest =
            Optional.of(
                new Beaten(rival.getKey(), counts.onlyFirst(), counts.onlySecond(), evidence));
      }
    }
    return clearest;
  }

  /** Natural logarithm of the e-value that ends a contestant's race. */
  double threshold() {
    return Math.log((contestants - 1) / ALPHA);
  }

  private static PairedCounts paired(List<Boolean> first, List<Boolean> second) {
    int n = Math.min(first.size(), second.size());
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < n; i++) {
      onlyFirst += first.get(i) && !second.get(i) ? 1 : 0;
      onlySecond += second.get(i) && !first.get(i) ? 1 : 0;
    }
    return new PairedCounts(n, onlyFirst, onlySecond);
  }
}
