package dev.tuneworthy.decision;

import static dev.tuneworthy.decision.Finalists.fewShot;
import static dev.tuneworthy.decision.Finalists.lora;
import static dev.tuneworthy.decision.Finalists.marks;
import static dev.tuneworthy.decision.Finalists.policy;
import static dev.tuneworthy.decision.Finalists.zeroShot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.cost.Retraining;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.DecisionRecord.BreakEvenPart;
import dev.tuneworthy.decision.DecisionRecord.CurvesPart;
import dev.tuneworthy.decision.DecisionRecord.FlipPart;
import dev.tuneworthy.decision.DecisionRecord.HorizonPoint;
import dev.tuneworthy.decision.DecisionRecord.VolumePoint;
import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.stats.Wilson;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SensitivityTest {
  private static final Policy EIGHTY = policy("minimum: 0.80, margin: 0.02, worthwhile: 0.05");

  @Test
  void findsTheMinimumQualityAtWhichNothingIsShownToPass() {
    List<FlipPart> flips = Sensitivity.flips(List.of(zeroShot(marks(372, 400))), EIGHTY);

    FlipPart up = flip(flips, "quality.minimum");
    assertThat(Double.parseDouble(up.flipsAt()))
        .isCloseTo(Wilson.lower(372, 400, 0.95), within(1e-3));
    assertThat(up.current()).isEqualTo("0.8000");
    assertThat(up.verdictThere()).isEqualTo("INCONCLUSIVE");
  }

  @Test
  void findsTheMarginThatTheGainNoLongerReaches() {
    // The gain is 5 of 100 points; above that the tuned candidate no longer wins.
    Policy wide = policy("minimum: 0.80, margin: 0.02");
    List<FlipPart> flips =
        Sensitivity.flips(List.of(zeroShot(marks(900, 1000)), lora(marks(950, 1000))), wide);

    assertThat(Double.parseDouble(flip(flips, "quality.margin").flipsAt()))
        .isCloseTo(0.05, within(1e-3));
  }

  @Test
  void findsTheVolumeAtWhichTheCheaperOneChanges() {
    // Own hardware: 730 a month; by the token .002 a request: they meet at 365,000 requests.
    List<Finalist> finalists =
        List.of(fewShot(marks(380, 400)), lora(marks(380, 400)).withCost(own("1")));

    FlipPart flip = flip(Sensitivity.flips(finalists, EIGHTY), "traffic.requestsPerMonth");

    assertThat(flip.current()).isEqualTo("1000");
    assertThat(Long.parseLong(flip.flipsAt())).isBetween(365_000L, 365_001L);
    assertThat(flip.verdictThere()).isEqualTo("TUNE");
  }

  @Test
  void findsTheHourlyPriceAtWhichTheCheaperOneChanges() {
    // 1,000 requests by the token are 2 a month: own hardware must cost under .00274 an hour.
    List<Finalist> finalists =
        List.of(fewShot(marks(380, 400)), lora(marks(380, 400)).withCost(own("1")));

    FlipPart flip = flip(Sensitivity.flips(finalists, EIGHTY), "hourly price of 2 vCPU");

    assertThat(flip.flipsAt()).isEqualTo("0.002740 USD");
    assertThat(flip.verdictThere()).isEqualTo("TUNE");
  }

  @Test
  void findsThePriceOfATokenAtWhichTheCheaperOneChanges() {
    // A request is 90 cached, 10 fresh and 5 output tokens; own hardware is 730 a month.
    TokenPrice price =
        new TokenPrice(
            new BigDecimal("0.00001"),
            new BigDecimal("0.00002"),
            Optional.of(new BigDecimal("0.000001")));
    Serving sold = Serving.byToken("m", Optional.of(price), new TokenUsage(180, 20, 10), 2);
    Policy much = new PolicyVariant(EIGHTY).traffic(new Policy.Traffic(1_000_000, 12));
    List<Finalist> finalists =
        List.of(
            fewShot(marks(380, 400)).withCost(new ApproachCost(sold, Cost.zero())),
            lora(marks(380, 400)).withCost(own("1")));

    List<FlipPart> flips = Sensitivity.flips(finalists, much);

    // 290 a month: 440 more are reached at .000054 fresh, .000005889 cached or .000108 output.
    FlipPart fresh = flip(flips, "input_cost_per_token of m");
    assertThat(fresh.flipsAt()).isEqualTo("0.00005400 USD");
    assertThat(fresh.distance()).isEqualTo("5.40 times");
    assertThat(fresh.verdictThere()).isEqualTo("TUNE");
    assertThat(flip(flips, "cache_read_input_token_cost of m").flipsAt())
        .isEqualTo("0.000005889 USD");
    assertThat(flip(flips, "output_cost_per_token of m").flipsAt()).isEqualTo("0.0001080 USD");
  }

  @Test
  void findsTheShareOfWaitingRequestsThatLoseTheCache() {
    // In a batch nothing is cached: 100 x 0.00001 + 5 x 0.00002 = .0011 a request, 1,100 a month.
    TokenPrice price =
        new TokenPrice(
            new BigDecimal("0.00001"),
            new BigDecimal("0.00002"),
            Optional.of(new BigDecimal("0.000001")),
            Optional.empty(),
            Optional.of(new BigDecimal("0.00001")),
            Optional.empty());
    Serving sold = Serving.byToken("m", Optional.of(price), new TokenUsage(180, 20, 10), 2);
    Policy much = new PolicyVariant(EIGHTY).traffic(new Policy.Traffic(1_000_000, 12));
    List<Finalist> finalists =
        List.of(
            fewShot(marks(380, 400)).withCost(new ApproachCost(sold, Cost.zero())),
            lora(marks(380, 400)).withCost(own("1")));

    FlipPart flip = flip(Sensitivity.flips(finalists, much), "traffic.batchShare");

    // 290 + 810 s = 730
    assertThat(flip.flipsAt()).isEqualTo("0.5432");
    assertThat(flip.verdictThere()).isEqualTo("TUNE");
  }

  @Test
  void findsHowOftenTrainingAnewMakesTuningTheDearerOne() {
    // 219 a month against 290: 852 a year are left for training anew, 100 each time.
    TokenPrice price =
        new TokenPrice(
            new BigDecimal("0.00001"),
            new BigDecimal("0.00002"),
            Optional.of(new BigDecimal("0.000001")));
    Serving sold = Serving.byToken("m", Optional.of(price), new TokenUsage(180, 20, 10), 2);
    Policy again =
        new PolicyVariant(EIGHTY)
            .traffic(
                new Policy.Traffic(1_000_000, 12, 0, Optional.of(new Policy.Retraining(6, 0))));
    ApproachCost tuned =
        new ApproachCost(
            own("0.3").serving(),
            Cost.zero(),
            Optional.of(new Retraining(6, Cost.of(Money.of("100")))),
            Optional.empty());
    List<Finalist> finalists =
        List.of(
            fewShot(marks(380, 400)).withCost(new ApproachCost(sold, Cost.zero())),
            lora(marks(380, 400)).withCost(tuned));

    FlipPart flip = flip(Sensitivity.flips(finalists, again), "traffic.retraining.everyMonths");

    assertThat(flip.current()).isEqualTo("6");
    assertThat(flip.flipsAt()).as("every month is 11 times, every other 5").isEqualTo("1");
    assertThat(flip.verdictThere()).isEqualTo("PROMPT");
  }

  @Test
  void saysHowFarAFlipIs() {
    List<FlipPart> flips = Sensitivity.flips(List.of(zeroShot(marks(372, 400))), EIGHTY);

    double points = 100 * (Wilson.lower(372, 400, 0.95) - 0.80);
    assertThat(flip(flips, "quality.minimum").distance())
        .isEqualTo(String.format(Locale.ROOT, "%+.2f points", points));
  }

  @Test
  void findsTheRetentionMarginThatWouldAcceptTheDrop() {
    RetentionGate dropOfSeven =
        retention ->
            new GateResult(
                Gate.RETENTION,
                retention.pooledMargin() > 0.07 ? GateStatus.PASS : GateStatus.FAIL,
                "drop 0.07",
                "",
                "",
                true);
    Finalist tuned =
        new Finalist(
            "lora",
            lora(marks(1, 1)).approach(),
            TestScores.of(marks(380, 400)),
            Finalists.FAST,
            Finalists.cost("0.003"),
            dropOfSeven);

    FlipPart flip =
        flip(
            Sensitivity.flips(List.of(zeroShot(marks(40, 400)), tuned), EIGHTY),
            "retention.pooledMargin");

    assertThat(flip.flipsAt()).isEqualTo("0.0700");
    assertThat(flip.verdictThere()).isEqualTo("TUNE");
  }

  @Test
  void leavesOutWhatNeverFlipsTheVerdict() {
    List<FlipPart> flips = Sensitivity.flips(List.of(zeroShot(marks(372, 400))), EIGHTY);

    assertThat(flips).extracting(FlipPart::input).containsOnly("quality.minimum");
  }

  @Test
  void givesTheBreakEvenVolumeBetweenPromptAndTuned() {
    List<Finalist> finalists =
        List.of(
            zeroShot(marks(40, 400)),
            fewShot(marks(380, 400)),
            lora(marks(380, 400)).withCost(own("1")));

    BreakEvenPart part = BreakEvenVolume.of(finalists, EIGHTY);

    assertThat(part.requestsPerMonth()).contains(365_001.0);
    assertThat(part.cheaperAbove()).isEqualTo("lora");
    assertThat(part.reason()).contains("lora against few-shot over 12 months");
  }

  @Test
  void drawsTheCostsOverVolumeAndOverTheHorizon() {
    // 730 a month against .002 a request; tuning was 100 once.
    ApproachCost tuned = new ApproachCost(own("1").serving(), Cost.of(Money.of("100")));
    List<Finalist> finalists =
        List.of(fewShot(marks(380, 400)), lora(marks(380, 400)).withCost(tuned));

    CurvesPart curves = BreakEvenVolume.of(finalists, EIGHTY).curves().orElseThrow();

    assertThat(curves.prompt()).isEqualTo("few-shot");
    assertThat(curves.tuned()).isEqualTo("lora");
    assertThat(curves.byVolume())
        .extracting(VolumePoint::requestsPerMonth)
        .isSorted()
        .startsWith(1L, 2L, 5L, 10L)
        .contains(1000L)
        .endsWith(500_000L, 1_000_000L);
    assertThat(curves.byVolume()).contains(new VolumePoint(1000, "24.00", "8860.00"));
    assertThat(curves.byHorizon()).hasSize(24);
    assertThat(curves.byHorizon().get(0))
        .isEqualTo(new HorizonPoint(1, "2.00", "830.00", Optional.of(415_001.0)));
    assertThat(curves.byHorizon().get(9))
        .isEqualTo(new HorizonPoint(10, "20.00", "7400.00", Optional.of(370_001.0)));
  }

  @Test
  void drawsNoCurveWhereAPriceIsUnknown() {
    List<Finalist> finalists =
        List.of(fewShot(marks(380, 400)), lora(marks(380, 400)).withCost(Finalists.unknownCost()));

    assertThat(BreakEvenVolume.of(finalists, EIGHTY).curves()).isEmpty();
  }

  @Test
  void givesTheReasonWhereThereIsNoBreakEven() {
    BreakEvenPart never =
        BreakEvenVolume.of(List.of(fewShot(marks(380, 400)), lora(marks(380, 400))), EIGHTY);
    BreakEvenPart alone = BreakEvenVolume.of(List.of(fewShot(marks(380, 400))), EIGHTY);

    assertThat(never.requestsPerMonth()).isEmpty();
    assertThat(never.reason()).contains("few-shot is never the dearer one");
    assertThat(alone.reason()).contains("no tuned candidate");
  }

  private static ApproachCost own(String hourly) {
    Hosting hosting = new Hosting(new BigDecimal(hourly), 0.5, 1, Optional.empty(), "2 vCPU");
    return new ApproachCost(new Serving.ByHour(hosting, 1000), Cost.zero());
  }

  private static FlipPart flip(List<FlipPart> flips, String input) {
    return flips.stream().filter(f -> f.input().equals(input)).findFirst().orElseThrow();
  }
}
