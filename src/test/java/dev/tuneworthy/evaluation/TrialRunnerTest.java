package dev.tuneworthy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.scoring.Scorer;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialRunnerTest {
  private static final Scorer EXACT =
      (example, answer) -> new Outcome.Scored(answer.equals(example.expected()) ? 1 : 0);
  private static final Decoding GREEDY = Decoding.greedy(8);

  @TempDir Path folder;
  private ResultCache cache;
  private QuestionRunner questions;
  private final AtomicLong clock = new AtomicLong();

  @BeforeEach
  void openTheCache() {
    cache = ResultCache.open(folder, w -> {});
    questions = new QuestionRunner(cache, () -> clock.addAndGet(1_000_000_000L));
  }

  @AfterEach
  void closeTheCache() {
    cache.close();
  }

  @Test
  void givesOneResultForEachExampleInOrder() {
    FakeAnswerer model = FakeAnswerer.echo();
    Trial trial = run(model, 70, Progress.SILENT);
    assertThat(trial.results()).extracting(ItemResult::itemId).startsWith("test-0", "test-1");
    assertThat(trial.results()).extracting(ItemResult::answer).startsWith("0", "1").hasSize(70);
    assertThat(trial.results()).allMatch(ItemResult::correct);
    assertThat(trial.tokens()).isEqualTo(new TokenUsage(700, 140, 70));
    assertThat(model.slices).containsExactly(32, 32, 6);
    assertThat(model.closed).isEqualTo(1);
  }

  @Test
  void asksNothingTwice() {
    run(FakeAnswerer.echo(), 40, Progress.SILENT);
    TokenUsage spent = questions.spent();
    FakeAnswerer second = FakeAnswerer.echo();
    Trial repeated = run(second, 40, Progress.SILENT);
    assertThat(second.asked).isEmpty();
    assertThat(second.closed).as("never opened").isZero();
    assertThat(repeated.tokens()).isEqualTo(new TokenUsage(400, 80, 40));
    assertThat(questions.spent()).isEqualTo(spent);
  }

  @Test
  void asksAgainWhenTheCandidateChanged() {
    run(FakeAnswerer.echo(), 3, Progress.SILENT);
    FakeAnswerer other = FakeAnswerer.echo();
    runner()
        .run(
            new FakeCandidate("other", other),
            task(3),
            Split.TEST,
            AnswerMode.GENERATE,
            GREEDY,
            Progress.SILENT);
    assertThat(other.asked).hasSize(3);
  }

  @Test
  void countsFailuresApartFromWrongAnswersAndTriesThemAgain() {
    FakeAnswerer half =
        new FakeAnswerer(
            FakeAnswerer.LOCAL,
            q ->
                Integer.parseInt(FakeAnswerer.lastMessage(q)) % 2 == 0
                    ? new Answer.Missing("server error", new TokenUsage(0, 5, 0))
                    : FakeAnswerer.given("wrong"));
    Trial trial = run(half, 10, Progress.SILENT);
    assertThat(trial.failed()).isEqualTo(5);
    assertThat(trial.scored()).isEqualTo(5);
    assertThat(trial.results().get(0).outcome()).isEqualTo(new Outcome.Failed("server error"));
    assertThat(trial.results().get(1).outcome()).isEqualTo(new Outcome.Scored(0));
    FakeAnswerer recovered = FakeAnswerer.echo();
    assertThat(run(recovered, 10, Progress.SILENT).failed()).isZero();
    assertThat(recovered.asked).hasSize(5);
  }

  @Test
  void anInterruptionLosesNothingThatWasAnswered() {
    FakeAnswerer first = FakeAnswerer.echo();
    assertThatThrownBy(
            () ->
                run(
                    first,
                    100,
                    step -> {
                      if (step.done() >= 40) {
                        throw new ServiceException(ErrorCode.CANCELLED, "enough");
                      }
                    }))
        .hasMessage("enough");
    assertThat(first.asked).as("ends with the slice under way").hasSize(64);
    assertThat(first.closed).isEqualTo(1);
    FakeAnswerer second = FakeAnswerer.echo();
    Trial resumed = run(second, 100, Progress.SILENT);
    assertThat(second.asked).hasSize(36);
    assertThat(resumed.results()).allMatch(ItemResult::correct);
  }

  @Test
  void aModelThatBreaksDownLosesOnlyTheSliceUnderWay() {
    FakeAnswerer breaking =
        new FakeAnswerer(
            FakeAnswerer.LOCAL,
            q -> {
              if (FakeAnswerer.lastMessage(q).equals("50")) {
                throw new ServiceException(ErrorCode.INTERNAL, "broken");
              }
              return FakeAnswerer.given(FakeAnswerer.lastMessage(q));
            });
    assertThatThrownBy(() -> run(breaking, 100, Progress.SILENT)).hasMessage("broken");
    FakeAnswerer second = FakeAnswerer.echo();
    run(second, 100, Progress.SILENT);
    assertThat(second.asked).hasSize(68);
  }

  @Test
  void reportsWhatIsDoneOutOfWhatAndTheTokens() {
    List<Progress.Step> steps = new ArrayList<>();
    run(FakeAnswerer.echo(), 40, steps::add);
    assertThat(steps.get(0)).isEqualTo(new Progress.Step("confirm", "zero-shot", 0, 40, 0));
    assertThat(steps.get(steps.size() - 1))
        .isEqualTo(new Progress.Step("confirm", "zero-shot", 40, 40, 40 * 13));
    assertThat(steps).extracting(Progress.Step::done).isSorted();
  }

  @Test
  void reportsAFewTimesASecondAtMost() {
    questions = new QuestionRunner(cache, clock::get); // time stands still
    List<Progress.Step> steps = new ArrayList<>();
    run(FakeAnswerer.echo(), 32, steps::add);
    assertThat(steps).extracting(Progress.Step::done).containsExactly(0, 32);
  }

  @Test
  void aLikelihoodThatIsNotANumberIsAFailure() {
    FakeAnswerer nonsense =
        new FakeAnswerer(FakeAnswerer.LOCAL, q -> FakeAnswerer.given("a", Double.NaN));
    Trial trial = run(nonsense, 2, Progress.SILENT);
    assertThat(trial.failed()).isEqualTo(2);
  }

  @Test
  void refusesAnEmptySplit() {
    assertThatThrownBy(() -> run(FakeAnswerer.echo(), 0, Progress.SILENT))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("split test");
  }

  @Test
  void refusesToChooseAmongNoChoices() {
    FakeCandidate candidate = new FakeCandidate("f", FakeAnswerer.echo());
    assertThatThrownBy(
            () ->
                runner()
                    .run(
                        candidate, task(1), Split.TEST, AnswerMode.CHOOSE, GREEDY, Progress.SILENT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Trial run(FakeAnswerer model, int n, Progress progress) {
    return runner()
        .run(
            new FakeCandidate("f", model),
            task(n),
            Split.TEST,
            AnswerMode.GENERATE,
            GREEDY,
            progress);
  }

  private TrialRunner runner() {
    return new TrialRunner(questions, EXACT);
  }

  static Task task(int n) {
    List<Example> examples =
        IntStream.range(0, n).mapToObj(i -> Example.of("test-" + i, "" + i, "" + i)).toList();
    return new Task(
        "echo",
        "Repeat.",
        List.of(),
        Map.of(Split.TEST, examples),
        Metric.ACCURACY,
        "0".repeat(64));
  }
}
