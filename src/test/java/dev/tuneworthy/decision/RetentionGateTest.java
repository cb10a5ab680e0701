package dev.tuneworthy.decision;

import static dev.tuneworthy.decision.Finalists.marks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.DecisionRecord.FlipPart;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.PairedItem;
import dev.tuneworthy.retention.PairedItem.Reply;
import dev.tuneworthy.retention.RetentionMeasurement;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetentionGateTest {
  @Test
  void aHarmlessAdapterPasses() {
    assertThat(judge(0, shared(0.03)).status()).isEqualTo(GateStatus.PASS);
  }

  @Test
  void aLargeDropFailsWhereTheAdapterIsAlwaysOn() {
    GateResult result = judge(60, shared(0.03));

    assertThat(result.status()).isEqualTo(GateStatus.FAIL);
    assertThat(result.likely()).isFalse();
    assertThat(result.observed()).contains("60 lost");
  }

  @Test
  void theSameDropCannotFailWhereFewRequestsMeetTheAdapter() {
    Policy.Retention routed =
        new Policy.Retention(Policy.Deployment.ROUTED, 0.02, 0.03, 0.05, Optional.empty());

    assertThat(judge(60, routed).status()).isEqualTo(GateStatus.NOT_BINDING);
  }

  @Test
  void whatWasNotMeasuredIsUnknown() {
    assertThat(RetentionGate.notMeasured("no suite").judge(shared(0.03)).status())
        .isEqualTo(GateStatus.UNKNOWN);
  }

  @Test
  void theVerdictFlipsAtTheMarginThatWouldAcceptTheDrop() {
    // 6 of 300 lost: 2 points, at most 4.4, so a pooled margin of 2 is not shown to be held.
    Finalist tuned =
        new Finalist(
            "lora",
            Approach.LORA,
            TestScores.of(marks(380, 400)),
            Finalists.FAST,
            Finalists.cost("0.003"),
            RetentionGate.of(measured(6)));
    Policy policy = new PolicyVariant(Finalists.policy("minimum: 0.80")).retention(shared(0.021));

    List<FlipPart> flips =
        Sensitivity.flips(List.of(Finalists.zeroShot(marks(40, 400)), tuned), policy);

    assertThat(flips)
        .filteredOn(flip -> flip.input().equals("retention.pooledMargin"))
        .anySatisfy(
            flip -> {
              assertThat(Double.parseDouble(flip.flipsAt())).isBetween(0.035, 0.045);
              assertThat(flip.verdictThere()).isEqualTo("TUNE");
            });
  }

  private static GateResult judge(int lost, Policy.Retention policy) {
    return RetentionGate.of(measured(lost)).judge(policy);
  }

  private static Policy.Retention shared(double pooledMargin) {
    return new Policy.Retention(Policy.Deployment.SHARED, 1, pooledMargin, 0.05, Optional.empty());
  }

  /** 300 items of one capability, all right before, the first {@code lost} wrong after. */
  private static RetentionMeasurement measured(int lost) {
    List<PairedItem> items =
        IntStream.range(0, 300)
            .mapToObj(
                i ->
                    new PairedItem(
                        "item-" + i,
                        "facts",
                        "family-" + i,
                        "q",
                        new Reply("yes", Optional.of(true)),
                        new Reply("no", Optional.of(i >= lost))))
            .toList();
    return new RetentionMeasurement(
        List.of(
            new RetentionMeasurement.Mode(
                AnswerMode.CHOOSE,
                List.of(new RetentionMeasurement.Capability("facts", 0.5, items, List.of(), 0)))));
  }
}
