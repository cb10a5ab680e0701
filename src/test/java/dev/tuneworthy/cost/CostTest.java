package dev.tuneworthy.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
  private static final TokenPrice SMALL =
      new TokenPrice(
          new BigDecimal("1.5e-07"),
          new BigDecimal("6e-07"),
          Optional.of(new BigDecimal("7.5e-08")));

  @Test
  void chargesCachedFreshAndOutputTokensApart() {
    // By hand: 1,000 x 7.5e-8 + 200 x 1.5e-7 + 10 x 6e-7 = 0.000111 USD.
    assertThat(SMALL.of(new TokenUsage(1000, 200, 10))).isEqualTo(Money.of("0.000111"));
  }

  @Test
  void cachedTokensCostWhatFreshOnesDoWhereNoPriceIsGiven() {
    TokenPrice price = new TokenPrice(BigDecimal.ONE, BigDecimal.TEN, Optional.empty());

    assertThat(price.of(new TokenUsage(3, 4, 1))).isEqualTo(Money.of("17"));
  }

  @Test
  void anUnknownPriceMakesTheSumUnknown() {
    Cost unknown = Cost.unknown("no price for m");

    assertThat(Cost.of(Money.of("5")).plus(unknown)).isEqualTo(unknown);
    assertThat(unknown.plus(Cost.zero()).times(12)).isEqualTo(unknown);
    assertThat(unknown.amount()).isEmpty();
    assertThat(unknown.text()).isEqualTo("unknown");
  }

  @Test
  void addsTenthsWithoutDrift() {
    Cost sum = Cost.zero();
    for (int i = 0; i < 10; i++) {
      sum = sum.plus(Cost.of(Money.of("0.1")));
    }
    assertThat(sum).isEqualTo(Cost.of(Money.of("1")));
  }

  @ParameterizedTest
  @CsvSource({
    "1234.565, 1234.57",
    "0, 0.00",
    "0.5, 0.50",
    "0.0000123456789, 0.0000123457",
    "-3, -3.00",
    "1E+3, 1000.00"
  })
  void writesAmountsAsAPersonReadsThem(String amount, String text) {
    assertThat(Money.of(amount).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    // load = requests / 2,628,000 seconds; one replica may carry 1 request a second x 0.5
    "1, 1, 1",
    "1314000, 1, 1",
    "1314001, 1, 2",
    "13140000, 1, 10",
    "1, 0, 1",
    "1, 3, 3"
  })
  void rentsAsManyReplicasAsTheLoadNeeds(long requests, int minimum, long replicas) {
    Hosting hosting = new Hosting(BigDecimal.ONE, 0.5, minimum, Optional.empty(), "2 vCPU");

    assertThat(hosting.replicas(requests, 1)).isEqualTo(replicas);
    assertThat(hosting.monthly(requests, 1)).isEqualTo(Money.of("730").times(replicas));
  }

  @Test
  void addsTrainingAndSearchOnceOverTheHorizon() {
    Serving serving = Serving.byToken("m", Optional.of(SMALL), new TokenUsage(0, 10_000, 0), 100);
    ApproachCost cost = new ApproachCost(serving, Cost.of(Money.of("3")));

    // 100 tokens a request at 1.5e-7: 1.5e-5; 100,000 requests a month for 12 months: 18; and 3.
    assertThat(cost.perRequest(100_000).text()).isEqualTo("0.000015");
    assertThat(cost.perMonth(100_000).text()).isEqualTo("1.50");
    assertThat(cost.overHorizon(100_000, 12).text()).isEqualTo("21.00");
  }

  @Test
  void aRequestOnOwnHardwareCostsItsShareOfTheMonth() {
    ApproachCost cost = new ApproachCost(new Serving.ByHour(hosting("2 vCPU"), 10), Cost.zero());

    assertThat(cost.perRequest(1000).text()).isEqualTo("0.657");
    assertThat(cost.atHourly(new BigDecimal("1.80")).perMonth(1000).text()).isEqualTo("1314.00");
  }

  @Test
  void measuredThroughputCountsForItsOwnHardwareOnly() {
    Optional<Throughput> measured = Optional.of(new Throughput(5, "2  vcpu"));

    assertThat(Serving.byHour("m", Optional.of(hosting("2 vCPU")), measured))
        .isEqualTo(new Serving.ByHour(hosting("2 vCPU"), 5));
    assertThat(Serving.byHour("m", Optional.of(hosting("H100")), measured).perMonth(1).text())
        .isEqualTo("unknown");
    assertThat(Serving.byHour("m", Optional.of(hosting("")), measured))
        .isInstanceOf(Serving.ByHour.class);
  }

  @Test
  void aStatedThroughputCountsOnAnyHardware() {
    Hosting stated = new Hosting(BigDecimal.ONE, 0.5, 1, Optional.of(7.0), "H100");

    assertThat(Serving.byHour("m", Optional.of(stated), Optional.empty()))
        .isEqualTo(new Serving.ByHour(stated, 7));
  }

  @Test
  void saysWhatIsMissingForAPrice() {
    assertThat(Serving.byToken("gpt-x", Optional.empty(), TokenUsage.NONE, 1).perMonth(1))
        .isEqualTo(Cost.unknown("the price list has no price for gpt-x"));
    assertThat(Serving.byHour("m", Optional.empty(), Optional.empty()).perMonth(1))
        .isEqualTo(Cost.unknown("the policy has no price for own hardware of m"));
    assertThat(Serving.byToken("m", Optional.of(SMALL), TokenUsage.NONE, 0).perMonth(1).text())
        .isEqualTo("unknown");
  }

  @Test
  void refusesPricesAndRatesThatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenPrice(new BigDecimal("-1"), BigDecimal.ONE, Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Hosting(BigDecimal.ONE, 0, 1, Optional.empty(), ""));
    assertThatIllegalArgumentException().isThrownBy(() -> new Throughput(0, ""));
  }

  private static Hosting hosting(String hardware) {
    return new Hosting(new BigDecimal("0.90"), 0.5, 1, Optional.empty(), hardware);
  }

  @Test
  void paysTheSearchAgainWhereTheModelEndsWithinTheHorizon() {
    ApproachCost cost =
        new ApproachCost(
            new Serving.ByToken(Money.of("0.001")), Cost.of(Money.of("5")), Optional.of(4));

    assertThat(cost.overHorizon(1000, 4)).isEqualTo(Cost.of(Money.of("9")));
    assertThat(cost.overHorizon(1000, 5)).isEqualTo(Cost.of(Money.of("15")));
    assertThat(cost.renewal(5)).isEqualTo(Cost.of(Money.of("5")));
  }

  private static final TokenPrice CACHING =
      new TokenPrice(
          new BigDecimal("0.000001"),
          new BigDecimal("0.000002"),
          Optional.of(new BigDecimal("0.0000001")),
          Optional.of(new BigDecimal("0.00000125")),
          Optional.of(new BigDecimal("0.0000005")),
          Optional.of(new BigDecimal("0.000001")));

  /** Of two requests, so that a mean is taken. */
  private static final TokenUsage TWO = new TokenUsage(2000, 200, 100);

  @Test
  void aRequestThatFindsNothingInTheCachePutsItThere() {
    // 1000 x 0.10 + 100 x 1 + 50 x 2 USD a million found, 1000 x 1.25 instead put there
    assertThat(CACHING.of(TWO)).isEqualTo(Money.of("0.0006"));
    assertThat(CACHING.missing(TWO)).isEqualTo(Money.of("0.0029"));
  }

  @Test
  void theRarerRequestsAreTheLessIsCached() {
    TokenBill bill = new TokenBill("m", CACHING, TWO, 2);
    // 8760 requests a month are one in 300 s, the life of the cache: 1 - 1/e find it
    assertThat(bill.hitRate(8760)).isCloseTo(1 - 1 / Math.E, within(1e-12));
    // 0.632121 x 0.0003 + 0.367879 x 0.00145
    assertThat(bill.perRequest(8760).usd().doubleValue()).isCloseTo(0.000723061, within(1e-9));
    assertThat(bill.perRequest(10_000_000).usd().doubleValue()).isCloseTo(0.0003, within(1e-12));
    assertThat(bill.perRequest(1).usd().doubleValue()).isCloseTo(0.00145, within(1e-6));
  }

  @Test
  void withoutAPriceOfCacheWritesAMissCostsWhatFreshTokensDo() {
    TokenPrice plain = new TokenPrice(CACHING.input(), CACHING.output(), CACHING.cachedInput());
    assertThat(plain.missing(TWO)).isEqualTo(Money.of("0.0024"));
  }

  @Test
  void requestsThatMayWaitCostWhatBatchesDo() {
    // a batch: 1100 x 0.50 + 50 x 1 USD a million; half of them may wait
    TokenBill bill = new TokenBill("m", CACHING, TWO, 2, 0.5);
    assertThat(CACHING.batched(TWO)).isEqualTo(Money.of("0.0012"));
    assertThat(bill.perRequest(10_000_000).usd().doubleValue()).isCloseTo(0.00045, within(1e-12));
  }

  @Test
  void waitingGainsNothingWhereBatchesHaveNoPrice() {
    TokenBill now = new TokenBill("m", SMALL, TWO, 2, 0);
    TokenBill waiting = new TokenBill("m", SMALL, TWO, 2, 1);
    assertThat(waiting.perRequest(5000)).isEqualTo(now.perRequest(5000));
  }

  @Test
  void refusesAShareThatIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenBill("m", SMALL, TWO, 2, 1.5))
        .withMessageContaining("1.5");
  }

  @Test
  void trainingAnewIsPaidEachTimeButNotAtTheEnd() {
    ApproachCost cost =
        new ApproachCost(
            new Serving.ByToken(Money.of("0.001")),
            Cost.of(Money.of("100")),
            Optional.of(new Retraining(5, Cost.of(Money.of("10")))),
            Optional.empty());
    // 12 months: after 5 and after 10; 10 months: after 5 alone
    assertThat(cost.overHorizon(1000, 12)).isEqualTo(Cost.of(Money.of("132")));
    assertThat(cost.overHorizon(1000, 10)).isEqualTo(Cost.of(Money.of("120")));
    assertThat(cost.overHorizon(1000, 5)).isEqualTo(Cost.of(Money.of("105")));
    assertThat(cost.retrainedEvery(2).overHorizon(1000, 12)).isEqualTo(Cost.of(Money.of("162")));
  }

  @Test
  void retrainingOfUnknownCostMakesTheSumUnknownOnceItIsDue() {
    ApproachCost cost =
        new ApproachCost(
            new Serving.ByToken(Money.of("0.001")),
            Cost.zero(),
            Optional.of(new Retraining(6, Cost.unknown("no price"))),
            Optional.empty());
    assertThat(cost.overHorizon(1000, 6).text()).isEqualTo("6.00");
    assertThat(cost.overHorizon(1000, 7).text()).isEqualTo("unknown");
  }

  @Test
  void refusesRetrainingEveryNoughtMonths() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Retraining(0, Cost.zero()));
  }
}
