package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.decision.RetentionBench.Row;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.TuningPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench on a model that forgets half of what it knew unless it replays. */
class RetentionBenchTest {
  private static final Task TASK = LadderFixture.task(60);

  @TempDir Path folder;
  private final FakeBench model = new FakeBench(TASK, new Skill(0.4, 0.5, 0.9, 0.5));

  @Test
  void everyMeansIsARowForEachSeed() {
    model.replays = true;
    List<Row> rows = run(2, List.of("plain", "dial", "replay 10 %", "replay 25 % +"));
    assertThat(rows)
        .extracting(row -> row.means() + " " + row.seed())
        .containsExactly(
            "plain 1",
            "dial 0.75 1",
            "dial 0.5 1",
            "dial 0.25 1",
            "replay 10 % 1",
            "replay 25 % + KL 4.0 1",
            "plain 2",
            "dial 0.75 2",
            "dial 0.5 2",
            "dial 0.25 2",
            "replay 10 % 2",
            "replay 25 % + KL 4.0 2");
    assertThat(rows.get(0).generate().drop()).isBetween(0.3, 0.7);
    assertThat(rows.get(1).trainingSeconds()).as("a dial trains nothing").isZero();
    assertThat(rows.get(4).generate().drop()).isZero();
    assertThat(rows.get(4).quality()).isEqualTo(rows.get(0).quality());
  }

  @Test
  void anInterruptedBenchDoesNotTrainAgain() {
    List<Row> first = run(1, List.of("plain", "low rate"));
    int trained = model.trainings;
    int asked = model.asked;
    assertThat(run(1, List.of("plain", "low rate"))).isEqualTo(first);
    assertThat(model.trainings).isEqualTo(trained).isEqualTo(2);
    assertThat(model.asked).isEqualTo(asked);
  }

  @Test
  void finishedRowsAreReadWithoutAModel() throws IOException {
    List<Row> first = run(1, List.of("plain", "dial"));
    Path rows = folder.resolve("bench").resolve(RetentionRows.FILE);
    Files.writeString(rows, "{\"key\": \"cut sho", StandardOpenOption.APPEND);
    int asked = model.asked;
    List<Row> finished =
        bench().run(settings(2, List.of(), true), folder.resolve("bench"), step -> {});
    assertThat(finished).isEqualTo(first).hasSize(4);
    assertThat(model.asked).isEqualTo(asked);
    assertThat(model.trainings).isEqualTo(1);
  }

  @Test
  void withoutGeneralPromptsNothingIsReplayed() {
    RetentionBench bench = bench();
    TuningPlan plain = TuningPlan.standard(100, 1, false);
    assertThat(bench.plans(plain).keySet())
        .noneMatch(means -> means.startsWith("replay") || means.startsWith("EWC"));
    model.replays = true;
    assertThat(bench.plans(plain).keySet())
        .contains("plain", "early stop", "low rate", "upper half", "replay 1 %", "EWC 10000")
        .hasSize(17);
    assertThat(bench.plans(plain).values()).extracting(TuningPlan::id).doesNotHaveDuplicates();
  }

  @Test
  void aTrainingThatLeavesNoAdapterIsNoRowAndSaysWhy() {
    model.bestEpoch = 0;
    List<String> told = new ArrayList<>();
    List<Row> rows =
        bench()
            .run(
                settings(1, List.of("plain", "dial", "early stop"), false),
                folder.resolve("bench"),
                step -> told.add(step.what()));
    assertThat(rows).isEmpty();
    assertThat(told).anyMatch(what -> what.startsWith("early stop 1: no checkpoint"));
  }

  @Test
  void noSeedIsRefused() {
    assertThatThrownBy(() -> settings(0, List.of(), false)).hasMessageContaining("not 0");
  }

  private List<Row> run(int seeds, List<String> only) {
    return bench().run(settings(seeds, only, false), folder.resolve("bench"), step -> {});
  }

  private RetentionBench bench() {
    return new RetentionBench(
        model,
        new BaselineComparison(folder.resolve("shared"), System::nanoTime),
        System::nanoTime);
  }

  private static RetentionBench.Settings settings(int seeds, List<String> only, boolean finished) {
    return new RetentionBench.Settings(
        List.of(TASK), List.of(LadderFixture.suite()), Optional.empty(), seeds, only, 40, finished);
  }
}
