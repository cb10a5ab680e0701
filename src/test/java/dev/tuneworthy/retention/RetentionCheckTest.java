package dev.tuneworthy.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.tuneworthy.suite.AnswerCheck;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.ChooseForm;
import dev.tuneworthy.suite.GenerateForm;
import dev.tuneworthy.suite.SuiteItem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionCheckTest {
  /** So wide a margin of the pool that it does not fail by what these models lose. */
  private static final RetentionLimits OPEN = RetentionLimits.shared(1, 0.05);

  @TempDir Path folder;
  private ResultCache cache;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void openCache() {
    cache = ResultCache.open(folder, warnings::add);
  }

  @AfterEach
  void closeCache() {
    cache.close();
  }

  @Test
  void asksTestItemsInBothModesAndLeavesTheReserveAlone() {
    FakeModel model = new FakeModel(id -> true);

    RetentionMeasurement measured = run(model, model);

    assertThat(measured.modes())
        .extracting(RetentionMeasurement.Mode::mode)
        .containsExactly(AnswerMode.CHOOSE, AnswerMode.GENERATE);
    RetentionMeasurement.Capability facts = measured.modes().get(0).capabilities().get(0);
    assertThat(facts.test()).hasSize(40).allMatch(item -> item.id().startsWith("test"));
    assertThat(facts.drawn()).isEmpty();
    assertThat(facts.reserve()).isEqualTo(10);
    assertThat(facts.chance()).isEqualTo(0.5);
    assertThat(model.asked).noneMatch(id -> id.startsWith("dev") || id.startsWith("reserve"));
  }

  @Test
  void asksModelsWithoutLikelihoodsForFreeAnswersAlone() {
    FakeModel model = new FakeModel(id -> true);
    RetentionMeasurement measured =
        RetentionCheck.byFreeAnswers(new QuestionRunner(cache, System::nanoTime))
            .run(
                new RetentionCheck.Subject("base", "a", model::open),
                new RetentionCheck.Subject("tuned", "b", model::open),
                List.of(suite()),
                OPEN,
                Progress.SILENT);
    assertThat(measured.modes())
        .extracting(RetentionMeasurement.Mode::mode)
        .containsExactly(AnswerMode.GENERATE);
    assertThat(measured.modes().get(0).capabilities().get(0).test()).hasSize(40);
  }

  @Test
  void drawsTheReserveOnAnAlarmInThatModeOnly() {
    FakeModel base = new FakeModel(id -> true);
    FakeModel tuned = new FakeModel(id -> true);
    tuned.generates = id -> !id.endsWith("1");

    RetentionMeasurement measured = run(base, tuned);

    assertThat(measured.modes().get(0).capabilities().get(0).drawn()).isEmpty();
    assertThat(measured.modes().get(1).capabilities().get(0).drawn()).hasSize(10);
    PairedItem lost =
        measured.modes().get(1).items().filter(PairedItem::lost).findFirst().orElseThrow();
    assertThat(lost.question()).startsWith("Which word");
    assertThat(lost.before().text()).isEqualTo("the word is blue");
    assertThat(lost.after().text()).isEqualTo("label");
  }

  @Test
  void leavesTheReserveAloneWhereItCannotChangeTheGate() {
    FakeModel base = new FakeModel(id -> true);
    FakeModel tuned = new FakeModel(id -> false);
    RetentionLimits fails = RetentionLimits.shared(0.03, 0.05);
    RetentionLimits cannotFail = new RetentionLimits(true, 0.01, 0.03, 0.05, Optional.empty());

    for (RetentionLimits limits : List.of(fails, cannotFail)) {
      RetentionMeasurement measured = check("tuned", base, tuned, limits, Progress.SILENT);
      assertThat(measured.modes()).hasSize(2);
      assertThat(measured.modes()).allMatch(mode -> mode.capabilities().get(0).drawn().isEmpty());
    }
  }

  @Test
  void choosesBySummedLogLikelihood() {
    FakeModel base = new FakeModel(id -> true);
    FakeModel tuned = new FakeModel(id -> false);

    RetentionMeasurement.Capability facts = run(base, tuned).modes().get(0).capabilities().get(0);

    assertThat(facts.tally().test()).isEqualTo(new Tally(40, 40, 40, 0));
    assertThat(facts.test().get(0).before().text()).isEqualTo("blue");
    assertThat(facts.test().get(0).after().text()).isEqualTo("green");
  }

  @Test
  void measuresTheBaseModelOnce() {
    FakeModel base = new FakeModel(id -> true);
    run(base, new FakeModel(id -> true));
    int opened = base.opened;
    base.asked.clear();

    run("other adapter", base, new FakeModel(id -> false));

    assertThat(opened).isEqualTo(1);
    assertThat(base.asked).as("only the reserve is new").allMatch(id -> id.startsWith("reserve"));
    assertThat(base.closed).isEqualTo(base.opened);
  }

  @Test
  void keepsWhatWasAnsweredWhenItIsCutOff() {
    FakeModel base = new FakeModel(id -> true);
    FakeModel tuned = new FakeModel(id -> true);
    tuned.breaksAt = "test-20";
    assertThatThrownBy(() -> run(base, tuned)).hasMessage("killed");
    assertThat(tuned.closed).isEqualTo(tuned.opened);
    base.asked.clear();
    tuned.breaksAt = "";

    run(base, tuned);

    assertThat(base.asked).isEmpty();
  }

  @Test
  void countsAMissingAnswerNeitherWay() {
    FakeModel tuned = new FakeModel(id -> true);
    tuned.silentAt = "test-7";

    RetentionMeasurement.Capability facts =
        run(new FakeModel(id -> true), tuned).modes().get(0).capabilities().get(0);

    assertThat(facts.tally().test()).isEqualTo(new Tally(39, 39, 0, 0));
    assertThat(facts.test()).filteredOn(item -> !item.counts()).hasSize(1);
  }

  @Test
  void showsHowTheBaseModelStandsWithoutTouchingTheReserve() {
    FakeModel base = new FakeModel(id -> true);
    base.generates = id -> false;

    List<BaseStanding> standings = standing(base);

    assertThat(standings).extracting(BaseStanding::mode).containsExactly(AnswerMode.values());
    assertThat(standings.get(0).accuracy()).isEqualTo(1);
    assertThat(standings.get(0).showsALoss()).isTrue();
    assertThat(standings.get(1).right()).isZero();
    assertThat(standings.get(1).showsALoss()).isFalse();
    assertThat(base.asked).noneMatch(id -> id.startsWith("reserve"));
    base.asked.clear();
    standing(base);
    assertThat(base.asked).isEmpty();
  }

  @Test
  void aLossNeedsRoomAboveChance() {
    assertThat(new BaseStanding("a", AnswerMode.CHOOSE, 150, 90, 0.5).showsALoss()).isFalse();
    assertThat(new BaseStanding("a", AnswerMode.CHOOSE, 150, 105, 0.5).showsALoss()).isTrue();
    assertThat(new BaseStanding("a", AnswerMode.CHOOSE, 0, 0, 0.5).showsALoss()).isFalse();
  }

  @Test
  void reportsProgress() {
    List<Progress.Step> steps = new ArrayList<>();
    check("tuned", new FakeModel(id -> true), new FakeModel(id -> true), OPEN, steps::add);

    assertThat(steps).allMatch(step -> step.rung().equals("retention"));
    assertThat(steps).extracting(Progress.Step::what).contains("base, choose", "tuned, generate");
  }

  private RetentionMeasurement run(FakeModel base, FakeModel tuned) {
    return run("tuned", base, tuned);
  }

  private RetentionMeasurement run(String name, FakeModel base, FakeModel tuned) {
    return check(name, base, tuned, OPEN, Progress.SILENT);
  }

  private RetentionMeasurement check(
      String name, FakeModel base, FakeModel tuned, RetentionLimits limits, Progress progress) {
    QuestionRunner runner = new QuestionRunner(cache, System::nanoTime);
    return new RetentionCheck(runner)
        .run(
            new RetentionCheck.Subject("base", "base hash", base::open),
            new RetentionCheck.Subject(name, name + " hash", tuned::open),
            List.of(suite()),
            limits,
            progress);
  }

  private List<BaseStanding> standing(FakeModel base) {
    return new RetentionCheck(new QuestionRunner(cache, System::nanoTime))
        .standing(
            new RetentionCheck.Subject("base", "base hash", base::open),
            List.of(suite()),
            Progress.SILENT);
  }

  private static BaselineSuite suite() {
    AnswerCheck check =
        new AnswerCheck(
            List.of("blue"),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            List.of(),
            Optional.empty(),
            false);
    List<SuiteItem> items = new ArrayList<>();
    for (String split : List.of("dev", "test", "reserve")) {
      int count = split.equals("test") ? 40 : 10;
      for (int i = 0; i < count; i++) {
        String id = split + "-" + i;
        items.add(
            new SuiteItem(
                id,
                "facts",
                split,
                "written",
                Optional.of(new ChooseForm("Context " + id, List.of(" blue", " green"), 0, false)),
                Optional.of(new GenerateForm("Which word? " + id, check))));
      }
    }
    return new BaselineSuite("s", items, "00");
  }

  /** Right or wrong by the id of the item. */
  private static final class FakeModel implements Answerer {
    private final Function<String, Boolean> chooses;
    private Function<String, Boolean> generates;
    private String breaksAt = "";
    private String silentAt = "";
    private final List<String> asked = new ArrayList<>();
    private int opened;
    private int closed;

    FakeModel(Function<String, Boolean> right) {
      this.chooses = right;
      this.generates = right;
    }

    Answerer open() {
      opened++;
      return this;
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
      return questions.stream()
          .map(
              q -> answer(q, "", chooses.apply(q.id()) ? List.of(-1.0, -2.0) : List.of(-2.0, -1.0)))
          .toList();
    }

    @Override
    public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
      return questions.stream()
          .map(q -> answer(q, generates.apply(q.id()) ? "the word is blue" : "label", List.of()))
          .toList();
    }

    private Answer answer(Question question, String text, List<Double> likelihoods) {
      asked.add(question.id());
      if (question.id().equals(breaksAt)) {
        throw new IllegalStateException("killed");
      }
      return question.id().equals(silentAt)
          ? new Answer.Missing("timed out", TokenUsage.NONE)
          : new Answer.Given(text, likelihoods, TokenUsage.NONE);
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
