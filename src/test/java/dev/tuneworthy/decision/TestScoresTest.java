package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.TestScores.Labels;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.scoring.Quality;
import dev.tuneworthy.scoring.Scorers;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestScoresTest {
  private static final List<String> EXPECTED = List.of("a", "a", "b", "c", "b", "a");
  private static final List<String> ANSWERS = List.of("a", "B", "b", "nonsense", "c", "A.");

  @Test
  void marksFailuresAndUnscoredAnswersAsMissing() {
    Task task = task(Metric.ACCURACY, 4);
    List<Outcome> outcomes =
        List.of(
            new Outcome.Scored(1),
            new Outcome.Scored(0.5),
            new Outcome.Failed("timeout"),
            new Outcome.Unscored("no number"));

    TestScores scores = TestScores.of(task, trial(outcomes));

    assertThat(scores.marks()).containsExactly(Mark.RIGHT, Mark.WRONG, Mark.MISSING, Mark.MISSING);
    assertThat(scores.labels()).isEmpty();
    assertThat(scores.missing()).isEqualTo(2);
  }

  @Test
  void macroF1IsThatOfTheScoringPackage() {
    Task task = task(Metric.F1_MACRO, EXPECTED.size());
    List<Example> examples = task.split(Split.TEST);
    List<Quality.Judged> judged =
        IntStream.range(0, EXPECTED.size())
            .mapToObj(
                i ->
                    new Quality.Judged(
                        examples.get(i),
                        ANSWERS.get(i),
                        Scorers.forTask(task).score(examples.get(i), ANSWERS.get(i))))
            .toList();
    Trial trial = trial(judged.stream().map(Quality.Judged::outcome).toList());

    Labels labels = TestScores.of(task, trial).labels().orElseThrow();

    assertThat(new MacroF1(labels).of(IntStream.range(0, EXPECTED.size()).toArray()))
        .isCloseTo(Quality.of(task, judged).value().orElseThrow(), within(1e-12));
  }

  @Test
  void refusesATrialOfOtherExamples() {
    Task task = task(Metric.F1_MACRO, 3);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestScores.of(task, trial(List.of(new Outcome.Scored(1)))));
  }

  @Test
  void refusesLabelsThatDoNotFitTheMarks() {
    Labels labels = new Labels(List.of("a"), List.of("a", "b"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TestScores(List.of(Mark.RIGHT), Optional.of(labels)));
  }

  @Test
  void examplesOfOneGroupAreACluster() {
    List<Example> examples =
        List.of(grouped("a"), grouped("b"), Example.of("x", "x", "x"), grouped("a"));

    assertThat(TestScores.clusters(examples)).containsExactly(0, 1, 2, 0);
    assertThat(TestScores.clusters(List.of(grouped("a"), grouped("b")))).isEmpty();
  }

  @Test
  void widensEveryBoundWhereExamplesComeInClusters() {
    // 100 sources of three examples each that are right or wrong together.
    List<Mark> marks =
        IntStream.range(0, 300).mapToObj(i -> i / 3 % 5 > 0 ? Mark.RIGHT : Mark.WRONG).toList();
    List<Mark> others =
        IntStream.range(0, 300).mapToObj(i -> i / 3 % 5 > 1 ? Mark.RIGHT : Mark.WRONG).toList();
    List<Integer> clusters = IntStream.range(0, 300).mapToObj(i -> i / 3).toList();
    Evidence alone = CountedEvidence.of(List.of(TestScores.of(marks), TestScores.of(others)));
    Evidence together =
        CountedEvidence.of(
            List.of(
                new TestScores(marks, Optional.empty(), clusters),
                new TestScores(others, Optional.empty(), clusters)));

    assertThat(together.value(0)).isEqualTo(alone.value(0));
    assertThat(together.lower(0)).isLessThan(alone.lower(0) - 0.01);
    assertThat(together.upper(0)).isGreaterThan(alone.upper(0) + 0.01);
    assertThat(together.interval(0, 1).width()).isGreaterThan(1.5 * alone.interval(0, 1).width());
    assertThat(together.pBetter(0, 1)).isGreaterThan(alone.pBetter(0, 1));
    assertThat(together.standardError(0, 1)).isGreaterThan(alone.standardError(0, 1));
    assertThat(together.method()).contains("clusters");
  }

  private static Example grouped(String group) {
    return new Example("id", List.of(), "input", "answer", Optional.of(group));
  }

  private static Task task(Metric metric, int n) {
    List<Example> examples =
        IntStream.range(0, n)
            .mapToObj(i -> Example.of("test-" + i, "input " + i, EXPECTED.get(i)))
            .toList();
    return new Task("t", "i", List.of("a", "b", "c"), Map.of(Split.TEST, examples), metric, "00");
  }

  private static Trial trial(List<Outcome> outcomes) {
    List<ItemResult> results =
        IntStream.range(0, outcomes.size())
            .mapToObj(
                i -> new ItemResult("test-" + i, ANSWERS.get(i), outcomes.get(i), TokenUsage.NONE))
            .toList();
    return new Trial(
        "zero-shot",
        Approach.ZERO_SHOT,
        new ModelRef("m", "00", "cpu"),
        Split.TEST,
        AnswerMode.CHOOSE,
        results);
  }
}
