package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decision.DecisionBench.Row;
import dev.tuneworthy.decision.GridReplay.Outcome;
import dev.tuneworthy.decision.OutcomeGrid.Column;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.evaluation.Approach;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridReplayTest {
  private static final int DEV = 120;
  private static final int TEST = 200;
  private static final double TOKENS = 10;
  private static final long TRAINED = 500;

  private final GridReplay replay = new GridReplay(Finalists.policy("minimum: 0.6, margin: 0.02"));

  @Test
  void decidesAsTheRuleDoes() {
    OutcomeGrid better = grid(0.70, 0.72, 0.95);
    OutcomeGrid alike = grid(0.90, 0.90, 0.90);

    assertThat(replay.climbed(better).verdict()).isEqualTo(Verdict.TUNE);
    assertThat(replay.full(better).verdict()).isEqualTo(Verdict.TUNE);
    assertThat(replay.full(alike).verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(replay.full(grid(0.2, 0.3, 0.3)).verdict()).isEqualTo(Verdict.NEITHER);
  }

  @Test
  void evaluatesEveryPromptOnceInTheFullGrid() {
    // Zero-shot in two calibrations, two few-shot prompts and an adapter: four times all items.
    assertThat(replay.full(grid(0.7, 0.72, 0.95)).tokens())
        .isCloseTo(4 * TOKENS * (DEV + TEST) + TRAINED, within(1e-9));
  }

  @Test
  void screensOnHalfOfDevAndTakesFinalistsAloneToTest() {
    // Zero-shot on dev, two prompts on half of it, the better one on the rest, an adapter on dev;
    // three finalists on test.
    double items = DEV + 2 * (DEV / 2) + DEV / 2 + DEV + 3 * TEST;

    assertThat(replay.climbed(grid(0.7, 0.72, 0.95)).tokens())
        .isCloseTo(TOKENS * items + TRAINED, within(1e-9));
  }

  @Test
  void leavesTuningOutWhereItCannotPay() {
    Outcome climbed = replay.climbed(grid(1.0, 1.0, 1.0));

    double items = DEV + 2 * (DEV / 2) + DEV / 2 + 2 * TEST;
    assertThat(climbed.verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(climbed.tokens()).isCloseTo(TOKENS * items, within(1e-9));
  }

  @Test
  void tunesAfterAllWherePromptsDisappointOnTest() {
    List<Column> columns = new ArrayList<>(grid(1.0, 1.0, 1.0).columns());
    for (int i = 0; i < columns.size(); i++) {
      Column c = columns.get(i);
      if (!c.approach().tuned()) {
        columns.set(i, column(c.candidate(), c.approach(), c.requests(), 1.0, 0.7));
      }
    }

    Outcome climbed = replay.climbed(new OutcomeGrid("t", "", "", List.of(), List.of(), columns));

    assertThat(climbed.verdict()).isEqualTo(Verdict.TUNE);
  }

  @Test
  void replaysOfAClearGridAgreeWithAllItsData() {
    GridBench bench =
        new GridBench(
            new GridBench.Settings(3, 20, 0.8), Finalists.policy("minimum: 0.6, margin: 0.02"));

    List<Row> rows = bench.run(List.of(grid(0.6, 0.62, 0.95)));

    assertThat(rows.get(0).measured()).isEqualTo("TUNE, lora");
    assertThat(rows)
        .filteredOn(row -> row.what().endsWith(GridBench.SAME_AS_ALL))
        .extracting(Row::measured)
        .hasSize(2)
        .allMatch(measured -> measured.startsWith("100.0 %"));
    assertThat(rows)
        .filteredOn(row -> row.what().equals("all grids: " + GridBench.SAME_AS_GRID))
        .singleElement()
        .matches(row -> row.reached().orElse(false));
    assertThat(bench.run(List.of(grid(0.6, 0.62, 0.95)))).isEqualTo(rows);
  }

  /** Each right on the first of the items; the second few-shot prompt is a little worse. */
  private static OutcomeGrid grid(double zero, double few, double tuned) {
    return new OutcomeGrid(
        "flags",
        "",
        "",
        List.of(),
        List.of(),
        List.of(
            column("zero-shot", Approach.ZERO_SHOT, "zero-shot", zero, zero),
            column("zero-shot(batch)", Approach.ZERO_SHOT, "zero-shot", zero, zero),
            column("few-shot(k=4)", Approach.FEW_SHOT, "few-shot(k=4)", few, few),
            column(
                "few-shot(k=4,seed=1)", Approach.FEW_SHOT, "few-shot(k=4,seed=1)", few - 0.1, few),
            column("lora", Approach.LORA, "lora", tuned, tuned)));
  }

  private static Column column(
      String id, Approach approach, String requests, double dev, double test) {
    return new Column(
        id,
        approach,
        requests,
        TOKENS,
        approach.tuned() ? TRAINED : 0,
        marks(DEV, dev),
        marks(TEST, test));
  }

  private static List<Mark> marks(int n, double share) {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      marks.add(i < Math.round(share * n) ? Mark.RIGHT : Mark.WRONG);
    }
    return marks;
  }
}
