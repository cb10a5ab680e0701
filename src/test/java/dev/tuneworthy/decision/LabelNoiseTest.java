package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.DecisionRecord.LabelsPart;
import dev.tuneworthy.decision.DecisionRecord.SaidPart;
import dev.tuneworthy.decision.DecisionRecord.SuspectPart;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Belief;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.task.DataReport;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelNoiseTest {
  private static final Task TASK = LadderFixture.task(40);
  private static final List<Example> TEST = TASK.split(Split.TEST);
  private static final DataReport CLEAN = new DataReport(List.of(), List.of(), List.of());

  private final List<TrialLog.Entry> trials = new ArrayList<>();

  @Test
  void findsTheLabelThatEveryCandidateContradictsWithConfidence() {
    met("lora(r=8)", "a", Set.of(5), Set.of(6), 0.95);
    met("few-shot(k=4)", "b", Set.of(5), Set.of(7), 0.8);
    met("few-shot(k=8)", "c", Set.of(5), Set.of(), 0.9);
    LabelsPart labels = look();
    assertThat(labels.suspects()).isEqualTo(1);
    SuspectPart found = labels.suspicious().get(0);
    assertThat(found.id()).isEqualTo("test-5");
    assertThat(found.expected()).isEqualTo("no");
    assertThat(found.suggested()).isEqualTo("yes");
    assertThat(found.witnesses()).isEqualTo(3);
    assertThat(found.said())
        .extracting(SaidPart::candidate)
        .containsExactly("lora(r=8)", "few-shot(k=4)", "few-shot(k=8)");
    assertThat(labels.how()).contains("0 on dev, 3 on test");
  }

  @Test
  void doesNotSuspectALabelThatIsContradictedWithoutConfidence() {
    met("lora(r=8)", "a", Set.of(), Set.of(5), 0.95);
    met("few-shot(k=4)", "b", Set.of(), Set.of(5), 0.8);
    assertThat(look().suspects()).isZero();
  }

  @Test
  void countsOnePromptOnceHoweverItIsCalibrated() {
    met("few-shot(k=4)", "same", Set.of(5, 6), Set.of(), 0.9);
    met("few-shot(k=4,contextual)", "same", Set.of(5), Set.of(), 0.9);
    assertThat(look().suspects()).isZero();
    met("lora(r=8)", "a", Set.of(5), Set.of(), 0.9);
    assertThat(look().suspicious().get(0).said())
        .extracting(SaidPart::candidate)
        .containsExactly("few-shot(k=4,contextual)", "lora(r=8)");
  }

  @Test
  void asksNoCandidateThatIsMostlyWrong() {
    Set<Integer> most =
        Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    met("zero-shot", "a", most, Set.of(), 0.9);
    met("lora(r=8)", "b", Set.of(5), Set.of(), 0.9);
    assertThat(look().suspects()).isZero();
    assertThat(look().how()).contains("1 on test");
  }

  @Test
  void asksNoCandidateThatGaveNoLikelihoods() {
    met("few-shot(k=4)", "a", Set.of(5), Set.of(), 0.9);
    List<ItemResult> results =
        TEST.stream()
            .map(e -> new ItemResult(e.id(), "yes", new Outcome.Scored(1), TokenUsage.NONE))
            .toList();
    add("remote", "b", results);
    assertThat(look().how()).contains("1 on test");
  }

  @Test
  void listsTheMostSuspiciousFirstAndNotWithoutEnd() {
    Set<Integer> many = Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
    met("a", "a", many, Set.of(), 0.9);
    met("b", "b", many, Set.of(), 0.9);
    met("c", "c", Set.of(9), Set.of(), 0.9);
    LabelsPart labels = look();
    assertThat(labels.suspects()).isEqualTo(19);
    assertThat(labels.suspicious()).hasSizeLessThanOrEqualTo(LabelNoise.LISTED);
    assertThat(labels.suspicious().get(0).id()).isEqualTo("test-9");
  }

  @Test
  void showsConflictingLabelsOfAllSplits() {
    Example one = Example.of("train-1", "x ".repeat(400), "yes");
    Example other = Example.of("test-2", "x ".repeat(400), "no");
    DataReport data =
        new DataReport(List.of(), List.of(new DataReport.Conflict(List.of(one, other))), List.of());
    LabelsPart labels = new LabelNoise(TASK, List.of()).look(data);
    assertThat(labels.conflicting().get(0).examples().toString()).contains("train-1", "test-2");
    assertThat(labels.conflicting().get(0).input()).hasSizeLessThan(300).endsWith("…");
  }

  private LabelsPart look() {
    return new LabelNoise(TASK, trials).look(CLEAN);
  }

  /**
   * @param wrong contradicted as surely as other answers are given
   * @param unsure contradicted with little more than one half
   */
  private void met(
      String id, String fingerprint, Set<Integer> wrong, Set<Integer> unsure, double sure) {
    List<ItemResult> results = new ArrayList<>();
    for (int i = 0; i < TEST.size(); i++) {
      String expected = TEST.get(i).expected();
      boolean right = !wrong.contains(i) && !unsure.contains(i);
      double p = unsure.contains(i) ? 0.51 : sure;
      results.add(
          new ItemResult(
              TEST.get(i).id(),
              right ? expected : expected.equals("yes") ? "no" : "yes",
              new Outcome.Scored(right ? 1 : 0),
              TokenUsage.NONE,
              Optional.of(new Belief(p, right ? p : 1 - p))));
    }
    add(id, fingerprint, results);
  }

  private void add(String id, String fingerprint, List<ItemResult> results) {
    Trial trial =
        new Trial(id, Approach.FEW_SHOT, FakeBench.REF, Split.TEST, AnswerMode.CHOOSE, results);
    trials.add(new TrialLog.Entry(trial, TEST, fingerprint));
  }
}
