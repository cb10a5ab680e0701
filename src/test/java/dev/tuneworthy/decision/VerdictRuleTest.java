package dev.tuneworthy.decision;

import static dev.tuneworthy.decision.Finalists.fewShot;
import static dev.tuneworthy.decision.Finalists.lora;
import static dev.tuneworthy.decision.Finalists.marks;
import static dev.tuneworthy.decision.Finalists.missing;
import static dev.tuneworthy.decision.Finalists.policy;
import static dev.tuneworthy.decision.Finalists.zeroShot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decision.DecisionRecord.ComparisonPart;
import dev.tuneworthy.decision.DecisionRecord.GatePart;
import dev.tuneworthy.decision.TestScores.Labels;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyReader;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictRuleTest {
  private static final Policy EIGHTY = policy("minimum: 0.80, margin: 0.02, worthwhile: 0.05");
  private static final Policy OPEN = policy("minimum: 0, margin: 0.02, worthwhile: 0.05");

  @Test
  void recommendsTuningWhereOnlyTheTunedPasses() {
    Finding finding =
        VerdictRule.decide(
            List.of(zeroShot(marks(21, 150)), fewShot(marks(59, 150)), lora(marks(136, 150))),
            EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.TUNE);
    assertThat(finding.recommended()).contains("lora");
    assertThat(finding.leaning()).isEmpty();
    assertThat(finding.moreExamples()).isEmpty();
    assertThat(finding.reason())
        .contains("lora passes every gate: quality 90.7 %")
        .contains("zero-shot fails quality")
        .contains("few-shot fails quality");
  }

  @Test
  void recommendsThePromptWhereTuningCannotPlausiblyBeWorthIt() {
    Finding finding =
        VerdictRule.decide(
            List.of(zeroShot(marks(100, 400)), fewShot(marks(372, 400)), lora(marks(374, 400))),
            EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(finding.recommended()).contains("few-shot");
    assertThat(finding.reason()).contains("the dearer lora is not shown to be worth it");
  }

  @Test
  void recommendsTuningWhereItIsShownBetterThanAPassingPrompt() {
    Finding finding =
        VerdictRule.decide(List.of(fewShot(marks(260, 300)), lora(marks(290, 300))), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.TUNE);
    assertThat(finding.reason()).contains("it is better than the cheaper few-shot");
  }

  @Test
  void choosesNeitherWhereNothingPasses() {
    Finding finding =
        VerdictRule.decide(List.of(zeroShot(marks(30, 150)), lora(marks(40, 150))), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.NEITHER);
    assertThat(finding.recommended()).isEmpty();
    assertThat(finding.reason()).contains("zero-shot fails quality").contains("lora fails quality");
  }

  @Test
  void refusesTheTunedWhereRetentionFails() {
    Finding finding =
        VerdictRule.decide(
            List.of(fewShot(marks(59, 150)), lora(marks(140, 150), GateStatus.FAIL)), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.NEITHER);
    assertThat(finding.reason()).contains("lora fails retention");
  }

  @Test
  void isInconclusiveWhereRetentionIsOpenAndNoPromptPasses() {
    Finding finding =
        VerdictRule.decide(
            List.of(fewShot(marks(59, 150)), lora(marks(140, 150), GateStatus.UNKNOWN)), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(finding.recommended()).isEmpty();
    assertThat(finding.reason()).contains("retention of lora is open");
    assertThat(finding.leaning().orElseThrow().candidate()).isEqualTo("lora");
    assertThat(finding.moreExamples()).as("more test examples cannot settle retention").isEmpty();
  }

  @Test
  void anOpenGateDoesNotMatterWhereItCannotChangeTheVerdict() {
    // Whether or not the adapter's retention holds, it is not better than the prompt.
    Finding finding =
        VerdictRule.decide(
            List.of(fewShot(marks(372, 400)), lora(marks(370, 400), GateStatus.UNKNOWN)), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.PROMPT);
  }

  @Test
  void undecidedPromptsDoNotKeepThePromptFromWinning() {
    // Few-shot may or may not beat zero-shot; a prompt it is either way, the cheaper until shown.
    Finding finding =
        VerdictRule.decide(
            List.of(zeroShot(marks(260, 300)), fewShot(marks(264, 300, 296))), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(finding.recommended()).contains("zero-shot");
  }

  @Test
  void isInconclusiveWhereAPairIsUndecided() {
    Finding finding =
        VerdictRule.decide(List.of(zeroShot(marks(90, 100)), lora(marks(92, 100, 95))), OPEN);

    assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(finding.reason()).contains("whether lora is better than the cheaper zero-shot");
    assertThat(finding.moreExamples()).isPresent();
    assertThat(finding.leaning().orElseThrow().expectedRegret()).isBetween(0.0, 0.1);
  }

  @Test
  void isInconclusiveUnderThirtyExamplesHoweverClear() {
    Finding finding =
        VerdictRule.decide(List.of(zeroShot(marks(0, 29)), lora(marks(29, 29))), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(finding.leaning().orElseThrow().verdict()).isEqualTo(Verdict.TUNE);
    assertThat(finding.moreExamples().orElseThrow().testExamples()).isBetween(1, 30);
    assertThat(finding.moreExamples().orElseThrow().question()).contains("too few");
  }

  @Test
  void thirtyExamplesMaySettleIt() {
    assertThat(
            VerdictRule.decide(List.of(zeroShot(marks(0, 30)), lora(marks(30, 30))), EIGHTY)
                .verdict())
        .isEqualTo(Verdict.TUNE);
  }

  @Test
  void aGainThatIsShownButUnderTheMarginDoesNotWin() {
    // 15 of 1,000 better and none worse: p is tiny, but 1.5 points are under the margin of 2.
    Finding finding =
        VerdictRule.decide(List.of(zeroShot(marks(900, 1000)), lora(marks(915, 1000))), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(finding.comparisons().get(0).p()).isLessThan(0.001);
  }

  @Test
  void aGainOfExactlyTheMarginWins() {
    Finding finding =
        VerdictRule.decide(List.of(zeroShot(marks(900, 1000)), lora(marks(920, 1000))), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.TUNE);
  }

  @Test
  void failuresAreNeitherRightNorWrong() {
    // 140 of 150 right, ten without an answer: as good as right at best, as bad as wrong at worst.
    Finding finding = VerdictRule.decide(List.of(zeroShot(missing(marks(150, 150), 20))), EIGHTY);
    GatePart quality = gate(finding, "zero-shot", "quality");

    assertThat(finding.verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(quality.observed()).startsWith("1.000").contains("20 of 150 items without");
  }

  @Test
  void manyFailuresLeaveQualityOpen() {
    Finding finding = VerdictRule.decide(List.of(zeroShot(missing(marks(150, 150), 75))), EIGHTY);

    assertThat(gate(finding, "zero-shot", "quality").status()).isEqualTo("UNKNOWN");
    assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(finding.moreExamples()).as("examples do not make a model answer").isEmpty();
  }

  @Test
  void manyFailuresLeaveAPairUndecidedHoweverLargeTheGain() {
    Finding finding =
        VerdictRule.decide(
            List.of(zeroShot(marks(100, 300)), lora(missing(marks(300, 300), 30))), OPEN);

    assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void everyCandidateFailingIsInconclusive() {
    List<Mark> none = Collections.nCopies(100, Mark.MISSING);

    Finding finding = VerdictRule.decide(List.of(zeroShot(none), lora(none)), EIGHTY);

    assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(finding.comparisons().get(0).n()).isZero();
  }

  @Test
  void anUnknownCostIsTriedAsTheLowestAndTheHighest() {
    Finalist prompt = fewShot(marks(270, 300)).withCost(Finalists.unknownCost());

    // Equal quality: whichever is cheaper wins, and nobody knows which that is.
    assertThat(VerdictRule.decide(List.of(prompt, lora(marks(270, 300))), EIGHTY).verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
    // Clearly better, the tuned wins at any price.
    assertThat(VerdictRule.decide(List.of(prompt, lora(marks(298, 300))), EIGHTY).verdict())
        .isEqualTo(Verdict.TUNE);
  }

  @Test
  void anUnknownCostIsOpenWhereThePolicyLimitsIt() {
    Policy limited =
        PolicyReader.parse(
            "{name: p, traffic: {requestsPerMonth: 1000}, quality: {minimum: 0.5},"
                + " cost: {maxPerMonth: 10}}",
            "p.yaml");
    Finalist prompt = fewShot(marks(270, 300)).withCost(Finalists.unknownCost());

    Finding finding = VerdictRule.decide(List.of(prompt), limited);

    assertThat(gate(finding, "few-shot", "cost").status()).isEqualTo("UNKNOWN");
    assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void theSimplerApproachIsTheIncumbentAmongEqualCosts() {
    Finalist prompt = fewShot(marks(270, 300)).withCost(Finalists.cost("0.001"));
    Finalist tuned = lora(marks(270, 300)).withCost(Finalists.cost("0.001"));

    assertThat(VerdictRule.decide(List.of(tuned, prompt), EIGHTY).recommended())
        .contains("few-shot");
  }

  @Test
  void aCheaperTunedCandidateIsTheIncumbent() {
    Finalist tuned = lora(marks(270, 300)).withCost(Finalists.cost("0.0001"));

    assertThat(VerdictRule.decide(List.of(fewShot(marks(271, 300)), tuned), EIGHTY).verdict())
        .isEqualTo(Verdict.TUNE);
  }

  @Test
  void severalChallengersAreAdjustedByHolm() {
    // Of 300 items 8 gained and 1 lost: mid-p (1 + 9/2)/512 = .011 alone, .054 as one of five.
    List<Mark> cheap = marks(250, 300);
    List<Mark> better = marks(257, 300, 1);
    List<Finalist> two = List.of(zeroShot(cheap), tuned("lora", better, "0.009"));
    List<Finalist> many =
        List.of(
            zeroShot(cheap),
            tuned("lora", better, "0.009"),
            Finalists.prompt("a", Approach.FEW_SHOT, cheap, "0.005"),
            Finalists.prompt("b", Approach.FEW_SHOT, cheap, "0.006"),
            Finalists.prompt("c", Approach.FEW_SHOT, cheap, "0.007"),
            Finalists.prompt("d", Approach.FEW_SHOT, cheap, "0.008"));

    assertThat(VerdictRule.decide(two, OPEN).verdict()).isEqualTo(Verdict.TUNE);
    assertThat(VerdictRule.decide(many, OPEN).verdict()).isNotEqualTo(Verdict.TUNE);
  }

  @Test
  void winnersContestAmongThemselves() {
    // Both beat zero-shot; the tuned one is no better than few-shot, so the cheaper winner stays.
    Finding finding =
        VerdictRule.decide(
            List.of(zeroShot(marks(300, 400)), fewShot(marks(380, 400)), lora(marks(381, 400))),
            OPEN);

    assertThat(finding.recommended()).contains("few-shot");
  }

  @Test
  void underTheGoalBestAnyShownGainWins() {
    Policy best = best("minimum: 0.8, margin: 0.02");

    assertThat(
            VerdictRule.decide(List.of(zeroShot(marks(900, 1000)), lora(marks(915, 1000))), best)
                .verdict())
        .isEqualTo(Verdict.TUNE);
  }

  @Test
  void underTheGoalBestCostDecidesBetweenEqualsAlone() {
    Policy best = best("minimum: 0.8, margin: 0.02, worthwhile: 0.05");
    List<Finalist> equal = List.of(zeroShot(marks(900, 1000)), lora(marks(901, 1000)));
    // A gain of 3.7 points is still plausible: under worthwhile, so cost would do for "cheapest".
    List<Finalist> open = List.of(zeroShot(marks(276, 300)), lora(marks(279, 300, 295)));

    assertThat(VerdictRule.decide(equal, best).verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(VerdictRule.decide(open, best).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(VerdictRule.decide(open, EIGHTY).verdict()).isEqualTo(Verdict.PROMPT);
  }

  @ParameterizedTest
  @EnumSource(GateStatus.class)
  void theRetentionGateIsRecordedAsItWasJudged(GateStatus status) {
    Finding finding = VerdictRule.decide(List.of(lora(marks(290, 300), status)), EIGHTY);

    assertThat(gate(finding, "lora", "retention").status()).isEqualTo(status.name());
    assertThat(finding.gates()).hasSize(4);
  }

  @Test
  void latencyOverTheLimitFails() {
    Policy quick =
        PolicyReader.parse(
            "{name: p, traffic: {requestsPerMonth: 1000}, quality: {minimum: 0.5},"
                + " latency: {p95Millis: 10}}",
            "p.yaml");

    assertThat(VerdictRule.decide(List.of(zeroShot(marks(290, 300))), quick).verdict())
        .isEqualTo(Verdict.NEITHER);
  }

  @Test
  void comparesEveryPairTheDearerFirst() {
    Finding finding =
        VerdictRule.decide(
            List.of(lora(marks(136, 150)), zeroShot(marks(21, 150)), fewShot(marks(59, 150))),
            EIGHTY);

    assertThat(finding.comparisons())
        .extracting(c -> c.a() + "-" + c.b())
        .containsExactly("few-shot-zero-shot", "lora-zero-shot", "lora-few-shot");
    ComparisonPart last = finding.comparisons().get(2);
    assertThat(last.difference()).isCloseTo(77 / 150.0, within(1e-12));
    assertThat(last.onlyA()).isEqualTo(77);
    assertThat(last.onlyB()).isZero();
    assertThat(last.low()).isLessThan(last.difference());
  }

  @Test
  void pairsAreCountedOverTheItemsThatBothAnswered() {
    Finding finding =
        VerdictRule.decide(
            List.of(zeroShot(missing(marks(100, 100), 4)), lora(missing(marks(100, 100), 2))),
            EIGHTY);

    assertThat(finding.comparisons().get(0).n()).isEqualTo(96);
    assertThat(finding.comparisons().get(0).difference()).isZero();
  }

  @Test
  void macroF1IsComparedByItemsDrawnForBoth() {
    List<String> expected = IntStream.range(0, 300).mapToObj(i -> "class " + i % 3).toList();
    List<String> oneClass = Collections.nCopies(300, "class 0");
    Finalist poor = labelled(zeroShot(marks(100, 300)), expected, oneClass);
    Finalist good = labelled(lora(marks(300, 300)), expected, expected);

    Finding finding = VerdictRule.decide(List.of(poor, good), EIGHTY);

    // One class has F1 = 2 x 100 / (200 + 200) = 1/2, the others 0.
    assertThat(finding.comparisons().get(0).difference()).isCloseTo(1 - 0.5 / 3, within(1e-12));
    assertThat(finding.comparisons().get(0).method()).contains("bootstrap");
    assertThat(finding.verdict()).isEqualTo(Verdict.TUNE);
  }

  @Test
  void decidesTheSameAgain() {
    List<Finalist> finalists = List.of(zeroShot(marks(90, 100)), lora(marks(92, 100, 95)));

    assertThat(VerdictRule.decide(finalists, OPEN)).isEqualTo(VerdictRule.decide(finalists, OPEN));
  }

  @Test
  void refusesFinalistsThatCannotBeCompared() {
    assertThatIllegalArgumentException().isThrownBy(() -> VerdictRule.decide(List.of(), EIGHTY));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> VerdictRule.decide(List.of(zeroShot(marks(1, 30)), lora(marks(1, 31))), EIGHTY));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                VerdictRule.decide(
                    List.of(zeroShot(marks(1, 30)), zeroShot(marks(1, 30))), EIGHTY));
  }

  private static Policy best(String quality) {
    return PolicyReader.parse(
        "{name: p, goal: best, traffic: {requestsPerMonth: 1000}, quality: {" + quality + "}}",
        "p.yaml");
  }

  private static Finalist tuned(String id, List<Mark> marks, String perRequest) {
    return Finalists.prompt(id, Approach.LORA, marks, perRequest);
  }

  private static Finalist labelled(Finalist of, List<String> expected, List<String> predicted) {
    return new Finalist(
        of.id(),
        of.approach(),
        new TestScores(of.scores().marks(), Optional.of(new Labels(expected, predicted))),
        of.latencyMillis(),
        of.cost(),
        of.retention());
  }

  private static GatePart gate(Finding finding, String candidate, String gate) {
    return finding.gates().stream()
        .filter(part -> part.candidate().equals(candidate) && part.gate().equals(gate))
        .findFirst()
        .orElseThrow();
  }
}
