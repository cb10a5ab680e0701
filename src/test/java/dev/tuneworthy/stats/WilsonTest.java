package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonTest {
  /**
   * Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
   */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0.0000, 0.1611",
    "1, 29, 0.0061, 0.1718"
  })
  void givesTheIntervalsThatNewcombePublished(int successes, int n, double low, double high) {
    Interval interval = Wilson.interval(successes, n, 0.95);

    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
  }

  @ParameterizedTest
  @CsvSource({
    "30, 0.92, 0.981",
    "50, 0.92, 0.981",
    "100, 0.92, 0.981",
    "300, 0.935, 0.965",
    "1000, 0.935, 0.965"
  })
  void coversTheTrueRateAsOftenAsItClaims(int n, double least, double most) {
    double sum = 0;
    for (int percent = 5; percent <= 95; percent++) {
      double coverage = coverage(n, percent / 100.0);
      assertThat(coverage).as("n=%d p=%d %%", n, percent).isBetween(least, most);
      sum += coverage;
    }
    assertThat(sum / 91).isBetween(0.945, 0.955);
  }

  @Test
  void boundsOnOneSideAreTheEndsOfANinetyPercentInterval() {
    Interval both = Wilson.interval(130, 150, 0.90);

    assertThat(Wilson.lower(130, 150, 0.95)).isCloseTo(both.low(), within(1e-12));
    assertThat(Wilson.upper(130, 150, 0.95)).isCloseTo(both.high(), within(1e-12));
  }

  @Test
  void reachesTheEndsExactly() {
    assertThat(Wilson.interval(0, 7, 0.95).low()).isZero();
    assertThat(Wilson.interval(7, 7, 0.95).high()).isEqualTo(1);
  }

  @Test
  void excludesNothingWithoutItems() {
    assertThat(Wilson.interval(0, 0, 0.95)).isEqualTo(new Interval(0, 1));
  }

  @Test
  void refusesCountsThatCannotBe() {
    assertThatIllegalArgumentException().isThrownBy(() -> Wilson.interval(8, 7, 0.95));
    assertThatIllegalArgumentException().isThrownBy(() -> Wilson.interval(-1, 7, 0.95));
    assertThatIllegalArgumentException().isThrownBy(() -> Wilson.lower(1, 7, 1.0));
  }

  /** The exact chance that the interval holds the true rate: every outcome, weighted. */
  private static double coverage(int n, double rate) {
    BinomialDistribution outcomes = BinomialDistribution.of(n, rate);
    double covered = 0;
    for (int successes = 0; successes <= n; successes++) {
      if (Wilson.interval(successes, n, 0.95).contains(rate)) {
        covered += outcomes.probability(successes);
      }
    }
    return covered;
  }
}
