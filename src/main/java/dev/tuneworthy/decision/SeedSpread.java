package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.SeedPart;
import dev.tuneworthy.decision.DecisionRecord.SeedsPart;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.stats.Bootstrap;
import dev.tuneworthy.stats.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What tuning is worth over training seeds and not for one adapter alone: the mean over all seeds
 * on <i>dev</i>, and its gain over the best prompt there, with intervals that hold the noise of
 * seeds and of items together (hierarchical bootstrap, seed &times; item; clusters are drawn
 * whole). Dev chose the epoch of each adapter, so levels are somewhat high for all; that one seed
 * was kept does not enter. A missing answer counts as wrong.
 */
final class SeedSpread {
  private static final int DRAWS = 2000;
  private static final long SEED = 20_251_130;

  private SeedSpread() {}

  /** A candidate on dev; the clusters are the same for all. */
  record OnDev(String candidate, TestScores scores) {
    private List<Double> values() {
      return scores.marks().stream().map(mark -> mark == Mark.RIGHT ? 1.0 : 0.0).toList();
    }

    double mean() {
      return values().stream().mapToDouble(v -> v).average().orElse(0);
    }
  }

  /**
   * Over some seeds.
   *
   * @param seeds at least 2
   */
  static SeedsPart of(List<OnDev> seeds, OnDev prompt) {
    List<int[]> clusters = prompt.scores().clustered(all(prompt.scores().n()));
    List<Double> ofPrompt = prompt.values();
    List<List<Double>> scores = seeds.stream().map(OnDev::values).toList();
    List<List<Double>> gains = new ArrayList<>();
    for (List<Double> one : scores) {
      List<Double> gain = new ArrayList<>();
      for (int i = 0; i < one.size(); i++) {
        gain.add(one.get(i) - ofPrompt.get(i));
      }
      gains.add(gain);
    }
    Bootstrap quality =
        Bootstrap.seedsAndItems(scores, clusters, DRAWS, new SplittableRandom(SEED));
    Bootstrap gain = Bootstrap.seedsAndItems(gains, clusters, DRAWS, new SplittableRandom(SEED));
    Interval level = quality.interval(Evidence.CONFIDENCE);
    Interval better = gain.interval(Evidence.CONFIDENCE);
    return new SeedsPart(
        seeds.stream().map(s -> new SeedPart(s.candidate(), s.mean())).toList(),
        quality.estimate(),
        Math.max(0, level.low()),
        Math.min(1, level.high()),
        prompt.candidate(),
        gain.estimate(),
        better.low(),
        better.high(),
        "hierarchical bootstrap, seed x item, 95 %, on dev"
            + (prompt.scores().clusters().isEmpty() ? "" : ", clusters drawn whole"));
  }

  /** What is to be said where the gain is not shown over seeds. */
  static String warning(SeedsPart part) {
    return String.format(
        Locale.ROOT,
        "tune: over %d training seeds and the items of dev together the gain over %s is %+.1f points"
            + " (%+.1f to %+.1f): the verdict is about the adapter that was kept, another training"
            + " may gain nothing.",
        part.seeds().size(),
        part.prompt(),
        100 * part.gain(),
        100 * part.gainLow(),
        100 * part.gainHigh());
  }

  private static int[] all(int n) {
    int[] positions = new int[n];
    Arrays.setAll(positions, i -> i);
    return positions;
  }
}
