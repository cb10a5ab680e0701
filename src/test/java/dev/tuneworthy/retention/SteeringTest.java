package dev.tuneworthy.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.retention.RetentionSample.Asked;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.ChooseForm;
import dev.tuneworthy.suite.SuiteItem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What looks at an adapter while the search goes on: samples, the watch, neutral prose. */
class SteeringTest {
  private static final List<String> CAPABILITIES = List.of("facts", "grammar", "order", "luck");

  @TempDir Path folder;
  private ResultCache cache;

  @BeforeEach
  void open() {
    cache = ResultCache.open(folder, warning -> {});
  }

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void aSampleHasTheSameNumberOfEachCapabilityAndNoTestItem() {
    RetentionSample sample = RetentionSample.of(List.of(suite()), 5, 1);
    FakeModel base = new FakeModel(id -> true);
    assertThat(sample.size(AnswerMode.CHOOSE)).isEqualTo(20);
    sample.compare(AnswerMode.CHOOSE, 0, 20, asked("base", base), asked("base", base), s -> {});
    assertThat(base.asked).hasSize(20).allMatch(id -> id.contains("-dev-"));
    for (String capability : CAPABILITIES) {
      assertThat(base.asked).filteredOn(id -> id.startsWith(capability)).hasSize(5);
      assertThat(base.asked.subList(0, 4))
          .as("any first part is stratified")
          .filteredOn(id -> id.startsWith(capability))
          .hasSize(1);
    }
  }

  @Test
  void whatTheBaseModelCannotDoDoesNotHideALoss() {
    RetentionSample sample = RetentionSample.of(List.of(suite()), 10, 1);
    FakeModel base = new FakeModel(id -> !id.startsWith("luck"));
    FakeModel tuned = new FakeModel(id -> false);
    Tally tally =
        sample.compareWhereItCan(
            AnswerMode.CHOOSE, asked("base", base), asked("tuned", tuned), s -> {});
    assertThat(tally).isEqualTo(new Tally(30, 30, 30, 0));
  }

  @Test
  void aClearLossTakesAPartOfTheItemsAndAHarmlessModelAllOfThem() {
    RetentionSample sample = RetentionSample.of(List.of(suite()), 40, 1);
    FakeModel base = new FakeModel(id -> true);
    FakeModel bad = new FakeModel(id -> id.hashCode() % 2 == 0);
    FakeModel good = new FakeModel(id -> true);
    assertThat(untilClear(sample, 0.03, base, bad).n()).isEqualTo(64);
    assertThat(untilClear(sample, 0.03, base, good)).isEqualTo(new Tally(160, 160, 0, 0));
    assertThat(untilClear(sample, 0.95, base, new FakeModel(id -> id.hashCode() % 2 == 0)).n())
        .as("a shown drop that is not as large as asked for")
        .isEqualTo(160);
  }

  private Tally untilClear(RetentionSample sample, double clear, FakeModel base, FakeModel tuned) {
    return sample.compareUntilClear(
        AnswerMode.CHOOSE,
        clear,
        asked("base", base),
        asked("tuned" + clear + System.identityHashCode(tuned), tuned),
        s -> {});
  }

  @Test
  void aHarmlessCheckpointCostsTheFirstItemsOnly() {
    FakeModel base = new FakeModel(id -> id.hashCode() % 3 != 0);
    DestructionWatch.Sight sight = look(base, base, 12);
    assertThat(sight.tally().n()).isEqualTo(DestructionWatch.FIRST);
    assertThat(sight.destroyed()).isFalse();
  }

  @Test
  void aDestroyedModelIsSeenAndNoMoreItemsAreAskedThanThatTakes() {
    DestructionWatch.Sight sight =
        look(new FakeModel(id -> true), new FakeModel(id -> id.hashCode() % 2 == 0), 12);
    assertThat(sight.destroyed()).isTrue();
    assertThat(sight.tally().n()).isLessThan(80);
    assertThat(sight.logEvidence()).isGreaterThan(Math.log(12 / 0.05));
  }

  @Test
  void aSmallDropIsNoReasonToStopThoughItIsShown() {
    FakeModel base = new FakeModel(id -> true);
    FakeModel tuned =
        new FakeModel(id -> Integer.parseInt(id.substring(id.lastIndexOf('-') + 1)) % 14 > 0);
    DestructionWatch.Sight toTheEnd =
        LongStream.range(0, 50)
            .mapToObj(seed -> look(base, tuned, 1, seed))
            .filter(sight -> sight.tally().n() == 160)
            .findFirst()
            .orElseThrow();
    assertThat(toTheEnd.logEvidence()).isGreaterThan(Math.log(1 / DestructionWatch.LEVEL));
    assertThat(toTheEnd.tally().drop()).isEqualTo(0.075);
    assertThat(toTheEnd.destroyed()).isFalse();
  }

  @Test
  void bitsAByteAreThoseOfTheText() {
    String prose = "The river was low that summer. ".repeat(60);
    NeutralText text = NeutralText.of(prose);
    FakeModel model = new FakeModel(id -> true);
    double bits = text.bitsPerByte(asked("base", model), s -> {}).orElseThrow();
    // The fake gives each first choice a likelihood of one nat a character.
    assertThat(bits).isCloseTo(1 / Math.log(2), within(1e-9));
    assertThat(model.characters).isBetween(prose.strip().length() - 420, prose.length());
  }

  @Test
  void aTextThatIsTooShortIsRefused() {
    assertThatThrownBy(() -> NeutralText.of("Too short.")).hasMessageContaining("400");
  }

  private DestructionWatch.Sight look(FakeModel base, FakeModel tuned, int checkpoints) {
    return look(base, tuned, checkpoints, 1);
  }

  private DestructionWatch.Sight look(FakeModel base, FakeModel tuned, int checkpoints, long seed) {
    RetentionSample sample = RetentionSample.of(List.of(suite()), 40, seed);
    String name = base == tuned ? "base" : "tuned";
    return new DestructionWatch(sample)
        .look(asked("base", base), asked(name, tuned), checkpoints, Progress.SILENT);
  }

  private Asked asked(String name, FakeModel model) {
    return new Asked(
        new QuestionRunner(cache, System::nanoTime),
        new RetentionCheck.Subject(name, name, () -> model));
  }

  private static BaselineSuite suite() {
    List<SuiteItem> items = new ArrayList<>();
    for (String capability : CAPABILITIES) {
      for (String split : List.of("dev", "test")) {
        for (int i = 0; i < 40; i++) {
          String id = capability + "-" + split + "-" + i;
          items.add(
              new SuiteItem(
                  id,
                  capability,
                  split,
                  "written",
                  Optional.of(new ChooseForm(id, List.of(" right", " wrong"), 0, false)),
                  Optional.empty()));
        }
      }
    }
    return new BaselineSuite("s", items, "00");
  }

  /** Prefers the first choice where it is right by the item's id. */
  private static final class FakeModel implements Answerer {
    private final Predicate<String> right;
    private final List<String> asked = new ArrayList<>();
    private int characters;

    FakeModel(Predicate<String> right) {
      this.right = right;
    }

    @Override
    public ModelRef model() {
      return new ModelRef("fake", "00", "cpu");
    }

    @Override
    public boolean givesLikelihoods() {
      return true;
    }

    @Override
    public List<Answer> choose(List<Question> questions, IntConsumer done) {
      List<Answer> answers = new ArrayList<>();
      for (Question question : questions) {
        asked.add(question.id());
        int length = question.choices().get(0).length();
        characters += length;
        double other = right.test(question.id()) ? -1e6 : 0;
        List<Double> likelihoods =
            question.choices().size() == 1
                ? List.of((double) -length)
                : List.of((double) -length, other);
        answers.add(new Answer.Given("", likelihoods, TokenUsage.NONE));
      }
      return answers;
    }

    @Override
    public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
      throw new AssertionError("there is nothing to generate");
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
