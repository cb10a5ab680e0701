package dev.tuneworthy.prompting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.ChoiceOffsets;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptCandidateTest {
  private static final ModelRef MODEL = new ModelRef("m", "a".repeat(64), "cpu");
  @TempDir Path folder;

  @Test
  void putsTheInstructionTheShotsTheHistoryAndTheInputInThisOrder() {
    Task task = task(4);
    PromptCandidate prompt =
        PromptCandidate.fewShot(
            task, new ShotPlan(2, Selection.RANDOM, 0), MODEL, PromptCandidateTest::never);
    Example example =
        new Example(
            "test-0",
            List.of(Turn.user("earlier"), Turn.assistant("reply")),
            "now",
            "a",
            Optional.empty());
    Question question = prompt.question(example, AnswerMode.CHOOSE);
    Example first = prompt.shots().get(0);
    Example second = prompt.shots().get(1);
    assertThat(question.messages())
        .containsExactly(
            Turn.system("One of: a, b."),
            Turn.user(first.input()),
            Turn.assistant(first.expected()),
            Turn.user(second.input()),
            Turn.assistant(second.expected()),
            Turn.user("earlier"),
            Turn.assistant("reply"),
            Turn.user("now"));
    assertThat(question.choices()).containsExactly("b", "a");
    assertThat(prompt.question(example, AnswerMode.GENERATE).choices()).isEmpty();
  }

  @Test
  void namesItselfByWhatItShows() {
    assertThat(PromptCandidate.zeroShot(task(1), MODEL, PromptCandidateTest::never).id())
        .isEqualTo("zero-shot");
    assertThat(new ShotPlan(8, Selection.RANDOM, 0).id()).isEqualTo("few-shot(k=8)");
    assertThat(new ShotPlan(8, Selection.BALANCED, 2).id())
        .isEqualTo("few-shot(k=8,balanced,seed=2)");
  }

  @Test
  void showsTheSameDemonstrationsInAnotherOrder() {
    Task task = task(40);
    ShotPlan plan = new ShotPlan(8, Selection.BALANCED, 2);
    ShotPlan other = new ShotPlan(8, Selection.BALANCED, 2, 1);
    assertThat(other.id()).isEqualTo("few-shot(k=8,balanced,seed=2,order=1)");
    assertThat(Demonstrations.select(task, other))
        .containsExactlyInAnyOrderElementsOf(Demonstrations.select(task, plan))
        .isNotEqualTo(Demonstrations.select(task, plan))
        .isEqualTo(Demonstrations.select(task, other));
  }

  @Test
  void drawsDemonstrationsFromTrainOnly() {
    Task task = task(40);
    for (long seed = 0; seed < 20; seed++) {
      for (Selection selection : List.of(Selection.RANDOM, Selection.BALANCED)) {
        assertThat(Demonstrations.select(task, new ShotPlan(10, selection, seed)))
            .hasSize(10)
            .doesNotHaveDuplicates()
            .allSatisfy(e -> assertThat(e.id()).startsWith("train-"));
      }
    }
  }

  @Test
  void eachQuestionGetsItsOwnDemonstrationsFromTrain() {
    Task task = task(40);
    PromptCandidate prompt = nearest(task, 3);
    Question question =
        prompt.question(Example.of("test-0", "was it in7 or in12", "a"), AnswerMode.CHOOSE);
    assertThat(prompt.id()).isEqualTo("few-shot(k=3,nearest)");
    assertThat(prompt.shots()).isEmpty();
    assertThat(prompt.prefix()).containsExactly(Turn.system("One of: a, b."));
    assertThat(question.shared()).isEqualTo(1);
    assertThat(question.messages()).hasSize(1 + 2 * 3 + 1);
    assertThat(question.messages().subList(3, 8))
        .contains(Turn.user("in7"), Turn.assistant("b"), Turn.user("in12"), Turn.assistant("a"));
    assertThat(question.messages().get(7)).isEqualTo(Turn.user("was it in7 or in12"));
  }

  @Test
  void anExampleOfTrainIsNotShownItself() {
    Task task = task(40);
    for (Example each : task.split(Split.TRAIN)) {
      assertThat(nearest(task, 3).question(each, AnswerMode.CHOOSE).messages())
          .filteredOn(Turn.user(each.input())::equals)
          .hasSize(1);
    }
  }

  @Test
  void whereNothingIsNearTheAnswersTakeTurns() {
    List<Example> train = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      train.add(Example.of("train-" + i, "in" + i, i < 30 ? "a" : "b"));
    }
    List<Turn> messages =
        nearest(task(train), 4)
            .question(Example.of("test-0", "else", "a"), AnswerMode.CHOOSE)
            .messages();
    assertThat(messages).filteredOn(Turn.assistant("a")::equals).hasSize(2);
    assertThat(messages).filteredOn(Turn.assistant("b")::equals).hasSize(2);
  }

  @Test
  void aRuleIsAnotherPromptThanTheInstructionAloneOrAnotherRule() {
    Task task = task(40);
    assertThat(
            List.of(
                PromptCandidate.zeroShot(task, MODEL, PromptCandidateTest::never).fingerprint(),
                nearest(task, 3).fingerprint(),
                nearest(task, 4).fingerprint(),
                nearest(task(39), 3).fingerprint()))
        .doesNotHaveDuplicates();
    assertThat(nearest(task, 3).fingerprint()).isEqualTo(nearest(task(40), 3).fingerprint());
  }

  @Test
  void aPoolIsBounded() {
    Task task = task(Demonstrations.LARGEST_POOL + 100);
    assertThat(nearest(task, 3).retriever().orElseThrow().pool())
        .hasSize(Demonstrations.LARGEST_POOL)
        .doesNotHaveDuplicates();
    String half = "x".repeat(Demonstrations.LONGEST_POOL / 2 - 10);
    Task wide =
        task(
            IntStream.range(0, 9)
                .mapToObj(i -> Example.of("train-" + i, half + i, i % 2 == 0 ? "a" : "b"))
                .toList());
    assertThat(nearest(wide, 1).retriever().orElseThrow().pool()).hasSize(2);
  }

  private static PromptCandidate nearest(Task task, int k) {
    return PromptCandidate.fewShot(
        task, new ShotPlan(k, Selection.NEAREST, 0), MODEL, PromptCandidateTest::never);
  }

  @Test
  void drawsTheSameForTheSameSeedAndOthersForAnother() {
    Task task = task(40);
    ShotPlan plan = new ShotPlan(8, Selection.RANDOM, 3);
    assertThat(Demonstrations.select(task, plan)).isEqualTo(Demonstrations.select(task, plan));
    assertThat(Demonstrations.select(task, plan))
        .isNotEqualTo(Demonstrations.select(task, new ShotPlan(8, Selection.RANDOM, 4)));
  }

  @Test
  void balancesTheAnswersWhereTheDataAreNot() {
    List<Example> train = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      train.add(Example.of("train-" + i, "i" + i, i < 50 ? "common" : i < 57 ? "rare" : "rarest"));
    }
    Task task = task(train);
    Map<String, Long> counts = counts(task, 9);
    assertThat(counts).isEqualTo(Map.of("common", 3L, "rare", 3L, "rarest", 3L));
    assertThat(counts(task, 15)).isEqualTo(Map.of("common", 6L, "rare", 6L, "rarest", 3L));
    assertThat(counts(task, 2)).hasSize(2);
  }

  @Test
  void doesNotAlwaysLeaveOutTheSameAnswers() {
    List<Example> train =
        IntStream.range(0, 20).mapToObj(i -> Example.of("t" + i, "i" + i, "c" + i)).toList();
    var seen = new HashSet<String>();
    for (long seed = 0; seed < 60; seed++) {
      Demonstrations.select(task(train), new ShotPlan(4, Selection.BALANCED, seed))
          .forEach(e -> seen.add(e.expected()));
    }
    assertThat(seen).hasSize(20);
  }

  @Test
  void refusesMoreShotsThanTrainHas() {
    assertThatThrownBy(() -> Demonstrations.select(task(3), new ShotPlan(4, Selection.RANDOM, 0)))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_TASK))
        .hasMessageContaining("at least 4")
        .hasMessageContaining("found 3");
    assertThatThrownBy(() -> new ShotPlan(0, Selection.RANDOM, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itsFingerprintFollowsModelProviderAndMessages() {
    Task task = task(10);
    ShotPlan plan = new ShotPlan(4, Selection.RANDOM, 0);
    ModelRef otherModel = new ModelRef("m", "b".repeat(64), "cpu");
    ModelRef otherProvider = new ModelRef("m", "a".repeat(64), "cuda");
    String same =
        PromptCandidate.fewShot(task, plan, MODEL, PromptCandidateTest::never).fingerprint();
    assertThat(PromptCandidate.fewShot(task, plan, MODEL, PromptCandidateTest::never).fingerprint())
        .isEqualTo(same);
    assertThat(
            List.of(
                PromptCandidate.zeroShot(task, MODEL, PromptCandidateTest::never).fingerprint(),
                PromptCandidate.fewShot(task, plan, otherModel, PromptCandidateTest::never)
                    .fingerprint(),
                PromptCandidate.fewShot(task, plan, otherProvider, PromptCandidateTest::never)
                    .fingerprint(),
                PromptCandidate.fewShot(
                        task,
                        new ShotPlan(4, Selection.RANDOM, 1),
                        MODEL,
                        PromptCandidateTest::never)
                    .fingerprint()))
        .doesNotContain(same)
        .doesNotHaveDuplicates();
  }

  @Test
  void aPromptFileAsksExactlyWhatTheCandidateAsked() {
    Task task = task(10);
    PromptCandidate prompt =
        PromptCandidate.fewShot(
            task, new ShotPlan(4, Selection.BALANCED, 1), MODEL, PromptCandidateTest::never);
    Path file = folder.resolve("prompt.json");
    PromptFile.of(prompt, task, "", AnswerMode.CHOOSE, Decoding.greedy(24), ChoiceOffsets.NONE)
        .write(file);
    PromptFile read = PromptFile.read(file);
    Example example = Example.of("test-0", "odd {input} $1 \\ \"quoted\"", "a");
    assertThat(read.question("test-0", example.input()))
        .isEqualTo(prompt.question(example, AnswerMode.CHOOSE));
    assertThat(read.candidate()).isEqualTo("few-shot(k=4,balanced,seed=1)");
    assertThat(read.decoding()).isEqualTo(Decoding.greedy(24));
    assertThat(read.model()).isEqualTo(MODEL);
    assertThat(read.shots()).hasSize(4);
    assertThat(read.calibration()).isEmpty();
    Answer.Given answer = new Answer.Given("a", List.of(-1.0, -2.0), TokenUsage.NONE);
    assertThat(read.read(answer)).isEqualTo(answer);
  }

  @Test
  void aPromptFileKeepsThePoolAndTheRule() throws IOException {
    List<Example> train = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      List<Turn> history = i == 5 ? List.of(Turn.user("before in5")) : List.of();
      train.add(
          new Example("train-" + i, history, "in" + i, i % 2 == 0 ? "a" : "b", Optional.empty()));
    }
    Task task = task(train);
    PromptCandidate prompt = nearest(task, 3);
    Path file = folder.resolve("rule.json");
    PromptFile.of(prompt, task, "", AnswerMode.CHOOSE, Decoding.greedy(24), ChoiceOffsets.NONE)
        .write(file);
    PromptFile read = PromptFile.read(file);
    assertThat(read.retrieval()).contains(new PromptFile.Retrieval("nearest", 3));
    assertThat(read.messages()).hasSize(1);
    assertThat(read.shots()).hasSize(12);
    for (String asked : List.of("in3 in5", "in11", "nothing of it")) {
      assertThat(read.question("ask", asked))
          .isEqualTo(prompt.question(Example.of("ask", asked, "a"), AnswerMode.CHOOSE));
    }
    Path other = folder.resolve("other.json");
    Files.writeString(other, Files.readString(file).replace("\"nearest\"", "\"farthest\""));
    assertThatThrownBy(() -> PromptFile.read(other))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("nearest, nearest-embeddings");
  }

  @Test
  void aPromptFileKeepsItsCalibration() {
    Task task = task(10);
    PromptCandidate prompt =
        PromptCandidate.zeroShot(task, MODEL, PromptCandidateTest::never)
            .calibrated(Calibration.CONTEXTUAL);
    List<Double> offsets = task.choices().stream().map(c -> c.equals("a") ? -0.1 : -3.0).toList();
    Path file = folder.resolve("calibrated.json");
    PromptFile.of(
            prompt, task, "", AnswerMode.CHOOSE, Decoding.greedy(24), new ChoiceOffsets(offsets))
        .write(file);
    PromptFile read = PromptFile.read(file);
    assertThat(read.candidate()).isEqualTo("zero-shot(contextual)");
    assertThat(read.calibration()).contains(new PromptFile.Calibrated("contextual", offsets));
    List<Double> likelihoods =
        task.choices().stream().map(c -> c.equals("a") ? -1.0 : -2.0).toList();
    Answer given = new Answer.Given("a", likelihoods, TokenUsage.NONE);
    assertThat(((Answer.Given) read.read(given)).text()).isNotEqualTo("a");
  }

  @Test
  void aCalibratedPromptAsksTheSameAndNamesHow() {
    Task task = task(10);
    PromptCandidate plain =
        PromptCandidate.fewShot(
            task, new ShotPlan(4, Selection.RANDOM, 0), MODEL, PromptCandidateTest::never);
    PromptCandidate calibrated = plain.calibrated(Calibration.DOMAIN);
    assertThat(calibrated.id()).isEqualTo("few-shot(k=4,domain)");
    assertThat(calibrated.fingerprint()).isEqualTo(plain.fingerprint());
    assertThat(plain.calibrationQuestions()).isEmpty();
    assertThat(calibrated.calibrationQuestions())
        .hasSize(20)
        .isEqualTo(plain.calibrated(Calibration.DOMAIN).calibrationQuestions())
        .allSatisfy(
            question -> {
              assertThat(question.choices()).isEqualTo(task.choices());
              assertThat(question.messages())
                  .startsWith(plain.prefix().toArray(Turn[]::new))
                  .hasSize(plain.prefix().size() + 1);
            });
    assertThat(plain.calibrated(Calibration.CONTEXTUAL).calibrationQuestions())
        .extracting(question -> question.messages().get(question.messages().size() - 1).content())
        .containsExactly("N/A", "[MASK]", "");
  }

  @Test
  void calibrationNeverSeesTestOrAnswers() {
    Task task = task(10);
    Set<String> test =
        task.split(Split.TEST).stream().map(Example::input).collect(Collectors.toSet());
    for (Calibration how : Calibration.values()) {
      assertThat(how.inputs(task)).as(how.label()).doesNotContainAnyElementsOf(test);
    }
    Set<String> dev =
        task.split(Split.DEV).stream().map(Example::input).collect(Collectors.toSet());
    assertThat(dev).containsAll(Calibration.BATCH.inputs(task));
  }

  @Test
  void saysThatAPromptFileIsDamagedOrMissing() throws IOException {
    Path damaged = Files.writeString(folder.resolve("damaged.json"), "{\"candidate\":");
    Path partial = Files.writeString(folder.resolve("partial.json"), "{\"candidate\":\"x\"}");
    assertThatThrownBy(() -> PromptFile.read(damaged))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("damaged.json");
    assertThatThrownBy(() -> PromptFile.read(partial)).isInstanceOf(ServiceException.class);
    assertThatThrownBy(() -> PromptFile.read(folder.resolve("none.json")))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
  }

  private static Answerer never() {
    throw new AssertionError("opened");
  }

  private static Map<String, Long> counts(Task task, int k) {
    return Demonstrations.select(task, new ShotPlan(k, Selection.BALANCED, 5)).stream()
        .collect(Collectors.groupingBy(Example::expected, Collectors.counting()));
  }

  private static Task task(int train) {
    return task(
        IntStream.range(0, train)
            .mapToObj(i -> Example.of("train-" + i, "in" + i, i % 2 == 0 ? "a" : "b"))
            .toList());
  }

  private static Task task(List<Example> train) {
    List<Example> dev = List.of(Example.of("dev-0", "d", "a"));
    List<Example> test = List.of(Example.of("test-0", "t", "b"));
    return new Task(
        "letters",
        "One of: {choices}.",
        List.of("b", "a"),
        Map.of(Split.TRAIN, train, Split.DEV, dev, Split.TEST, test),
        Metric.ACCURACY,
        "0".repeat(64));
  }
}
