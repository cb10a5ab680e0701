package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.DecisionBench.Row;
import dev.tuneworthy.decision.DecisionBench.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A small version of {@code bench decision}. Its Monte-Carlo errors are of a point or two, so bars
 * are held where the full bench is far from them; the full table is in {@code
 * src/bench/RESULTS-decision.md}.
 */
class DecisionBenchTest {
  private static final List<Row> ROWS = new DecisionBench(new Settings(5, 150, 8, 30, 12)).run();

  @Test
  void theVerdictIsRightWhereTheTruthIsClear() {
    assertThat(share(BenchRows.CLEAR)).isGreaterThanOrEqualTo(95);
    assertThat(row(BenchRows.CLEAR).reached()).contains(true);
  }

  @Test
  void errorsStayRareOverAllWorlds() {
    assertThat(share(BenchRows.NOTHING + ", all worlds")).isLessThan(5);
    assertThat(share(BenchRows.MUCH + ", all worlds")).isLessThan(6);
    assertThat(share(BenchRows.WRONG_TUNE)).isLessThan(3);
    assertThat(share(BenchRows.WRONG_PROMPT)).isLessThan(3);
  }

  @Test
  void theFurtherExamplesAskedForSettleIt() {
    assertThat(row(BenchRows.SETTLES).reached()).contains(true);
  }

  @Test
  void intervalsCoverInClustersAsWell() {
    for (String where : List.of(BenchRows.ALONE, BenchRows.IN_CLUSTERS)) {
      assertThat(share(BenchRows.OF_QUALITY + where)).isBetween(93.0, 97.5);
      assertThat(share(BenchRows.OF_DIFFERENCE + where)).isBetween(93.0, 97.5);
    }
  }

  @Test
  void theSameSettingsGiveTheSameFigures() {
    Settings few = new Settings(5, 10, 2, 1, 2);

    assertThat(new DecisionBench(few).run()).isEqualTo(new DecisionBench(few).run());
  }

  private static Row row(String what) {
    return ROWS.stream().filter(row -> row.what().equals(what)).findFirst().orElseThrow();
  }

  private static double share(String what) {
    return Double.parseDouble(row(what).measured().split(" ")[0]);
  }
}
