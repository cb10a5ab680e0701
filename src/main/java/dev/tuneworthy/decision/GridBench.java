package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionBench.Row;
import dev.tuneworthy.decision.GridReplay.Outcome;
import dev.tuneworthy.decision.OutcomeGrid.Column;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.Policy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Recorded grids decided again and again, with other demonstration sets and seeds and on other
 * items: how often the verdict is that of all the data, and what the ladder spends of what the full
 * grid would.
 */
public final class GridBench {
  static final String SAME_AS_GRID =
      "same verdict as the full grid of the same candidates and items";
  static final String SAME_AS_ALL = "same verdict as all the data";
  static final String CONTRADICTS = "settled on another verdict than all the data";
  static final String TOKENS = "tokens of the full grid";

  /** Share of the few-shot prompts, and of the adapters, that a replay knows. */
  private static final double KNOWN = 0.75;

  private final Settings settings;
  private final GridReplay replay;

  public GridBench(Settings settings, Policy policy) {
    this.settings = settings;
    this.replay = new GridReplay(policy);
  }

  /**
   * How each grid is replayed.
   *
   * @param share of the items of dev and of test that a replay draws, without replacement
   */
  public record Settings(long seed, int replays, double share) {
    public Settings {
      if (replays < 1 || !(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(replays + " replays of a share " + share);
      }
    }
  }

  /** Replays all grids, each on all its items and on some. */
  public List<Row> run(List<OutcomeGrid> grids) {
    List<Row> rows = new ArrayList<>();
    BenchTally all = new BenchTally();
    for (OutcomeGrid grid : grids) {
      Outcome onAll = replay.full(grid);
      rows.add(
          new Row(
              "%s: %d candidates, %d dev and %d test items"
                  .formatted(grid.task(), grid.columns().size(), grid.dev(), grid.test()),
              "",
              onAll.verdict() + onAll.recommended().map(r -> ", " + r).orElse(""),
              Optional.empty()));
      for (double share : new double[] {1, settings.share()}) {
        BenchTally tally = tally(grid, onAll, share);
        String name = "%s, %.0f %% of the items: ".formatted(grid.task(), 100 * share);
        for (String figure : List.of(SAME_AS_GRID, SAME_AS_ALL, CONTRADICTS, TOKENS)) {
          rows.add(BenchRows.figure(tally, figure, name + figure));
        }
        all.plus(tally);
      }
    }
    BenchRows.spared(all, SAME_AS_GRID, TOKENS, "all grids: ").forEach(rows::add);
    return rows;
  }

  private BenchTally tally(OutcomeGrid grid, Outcome onAll, double share) {
    Random random = new Random(settings.seed() * 31 + grid.task().hashCode());
    BenchTally tally = new BenchTally();
    for (int i = 0; i < settings.replays(); i++) {
      OutcomeGrid drawn = drawn(grid, share, random);
      Outcome climbed = replay.climbed(drawn);
      Outcome full = replay.full(drawn);
      tally.add(SAME_AS_GRID, climbed.verdict() == full.verdict());
      tally.add(SAME_AS_ALL, climbed.verdict() == onAll.verdict());
      tally.add(
          CONTRADICTS,
          climbed.verdict() != Verdict.INCONCLUSIVE && climbed.verdict() != onAll.verdict());
      tally.add(TOKENS, climbed.tokens() / full.tokens());
    }
    return tally;
  }

  /** Other demonstration sets and seeds, in another order, on some of the items. */
  private static OutcomeGrid drawn(OutcomeGrid grid, double share, Random random) {
    Map<String, List<Column>> prompts = new LinkedHashMap<>();
    grid.columns()
        .forEach(c -> prompts.computeIfAbsent(c.requests(), key -> new ArrayList<>()).add(c));
    List<Column> columns = new ArrayList<>();
    for (Approach approach : Approach.values()) {
      List<List<Column>> of =
          new ArrayList<>(
              prompts.values().stream().filter(p -> p.get(0).approach() == approach).toList());
      Collections.shuffle(of, random);
      int known = (int) Math.ceil(KNOWN * of.size() - 1e-9);
      of.subList(0, known).forEach(columns::addAll);
    }
    return grid.on(columns, some(grid.dev(), share, random), some(grid.test(), share, random));
  }

  /** Positions in random order, so that halves of dev are other halves. */
  private static List<Integer> some(int count, double share, Random random) {
    List<Integer> positions = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(positions, random);
    return positions.subList(0, Math.max(1, (int) Math.round(share * count)));
  }
}
