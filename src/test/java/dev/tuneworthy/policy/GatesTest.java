package dev.tuneworthy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatesTest {
  private static final Policy.Quality QUALITY = new Policy.Quality(0.80, 0.02, Optional.empty());
  private static final Optional<Duration> TWO_SECONDS = Optional.of(Duration.ofSeconds(2));

  @ParameterizedTest
  @CsvSource({
    "0.86, 0.80, 0.92, PASS, true",
    "0.82, 0.79, 0.88, UNKNOWN, true",
    "0.78, 0.70, 0.85, UNKNOWN, false",
    "0.70, 0.60, 0.79, FAIL, false",
    "0.72, 0.60, 0.80, UNKNOWN, false"
  })
  void qualityIsJudgedByItsBounds(
      double value, double lower, double upper, GateStatus status, boolean likely) {
    GateResult result = Gates.quality(QUALITY, value, lower, upper, 150, 0);

    assertThat(result.status()).isEqualTo(status);
    assertThat(result.likely()).isEqualTo(likely);
  }

  @Test
  void aMinimumOfZeroBindsNobody() {
    Policy.Quality none = new Policy.Quality(0, 0.02, Optional.empty());

    assertThat(Gates.quality(none, 0.1, 0, 0.3, 50, 0).status()).isEqualTo(GateStatus.NOT_BINDING);
  }

  @Test
  void latencyPassesWhereEvenTheUpperBoundIsWithin() {
    assertThat(Gates.latency(TWO_SECONDS, times(50, 30)).status()).isEqualTo(GateStatus.PASS);
    assertThat(Gates.latency(TWO_SECONDS, times(50, 3000)).status()).isEqualTo(GateStatus.FAIL);
  }

  @Test
  void latencyIsOpenWhereTheLimitLiesBetweenTheBounds() {
    // 1, 2, ... 100 times 20.4 ms: the 95th percentile is 1,938 ms, the limit lies near it.
    List<Double> spread = IntStream.rangeClosed(1, 100).mapToObj(i -> i * 20.4).toList();

    GateResult result = Gates.latency(TWO_SECONDS, spread);

    assertThat(result.status()).isEqualTo(GateStatus.UNKNOWN);
    assertThat(result.likely()).isTrue();
  }

  @Test
  void latencyThatWasNotMeasuredIsUnknownNotPassed() {
    assertThat(Gates.latency(TWO_SECONDS, List.of()).status()).isEqualTo(GateStatus.UNKNOWN);
    assertThat(Gates.latency(Optional.empty(), List.of()).status())
        .isEqualTo(GateStatus.NOT_BINDING);
  }

  @Test
  void boundsOfAQuantileAreTheOrderStatisticsOfTheTables() {
    // n = 100, p = .95: P(B <= 98) = .963 and P(B <= 90) = .028, P(B <= 91) = .063.
    List<Double> ranks = IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList();

    QuantileBounds bounds = QuantileBounds.of(ranks, 0.95, 0.95);

    assertThat(bounds).isEqualTo(new QuantileBounds(95, 91, 99));
  }

  @Test
  void fewRequestsAreBoundedByTheLargest() {
    QuantileBounds bounds = QuantileBounds.of(times(50, 10), 0.95, 0.95);

    assertThat(bounds.upper()).isEqualTo(10);
    assertThat(QuantileBounds.of(List.of(4.0), 0.95, 0.95)).isEqualTo(new QuantileBounds(4, 4, 4));
  }

  @Test
  void costIsHeldAgainstTheMonthlyLimit() {
    Policy policy =
        PolicyReader.parse(
            "{name: n, traffic: {requestsPerMonth: 1}, quality: {minimum: 0.5},"
                + " cost: {maxPerMonth: 100}}",
            "p");

    assertThat(Gates.cost(policy, Cost.of(Money.of("100.00"))).status()).isEqualTo(GateStatus.PASS);
    assertThat(Gates.cost(policy, Cost.of(Money.of("100.01"))).status()).isEqualTo(GateStatus.FAIL);
    assertThat(Gates.cost(policy, Cost.unknown("no price for m")))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(GateStatus.UNKNOWN);
              assertThat(result.observed()).contains("no price for m");
            });
  }

  @Test
  void costBindsNobodyWithoutALimit() {
    Policy policy =
        PolicyReader.parse(
            "{name: n, traffic: {requestsPerMonth: 1}, quality: {minimum: 0.5}}", "p");

    assertThat(Gates.cost(policy, Cost.unknown("no price")).status())
        .isEqualTo(GateStatus.NOT_BINDING);
  }

  @ParameterizedTest
  @CsvSource({
    "PASS, PASS, PASS",
    "PASS, NOT_BINDING, PASS",
    "NOT_BINDING, NOT_BINDING, PASS",
    "PASS, UNKNOWN, UNKNOWN",
    "UNKNOWN, FAIL, FAIL",
    "NOT_BINDING, FAIL, FAIL"
  })
  void anyFailFailsAndAnyUnknownLeavesOpen(GateStatus one, GateStatus two, GateStatus both) {
    assertThat(one.and(two)).isEqualTo(both);
    assertThat(two.and(one)).isEqualTo(both);
  }

  private static List<Double> times(int n, double millis) {
    return DoubleStream.generate(() -> millis).limit(n).boxed().toList();
  }
}
