package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TangoTest {
  /**
   * Airway hyper-responsiveness before and after transplantation (Bentur et al. 2009): 21 children,
   * table 1, 1, 7, 12; interval published by Fagerland, Lydersen and Laake 2014, "Recommended tests
   * and confidence intervals for paired binomial proportions".
   */
  @Test
  void givesTheIntervalThatFagerlandAndOthersPublished() {
    Interval interval = Tango.interval(new PairedCounts(21, 1, 7), 0.95);

    assertThat(interval.low()).isCloseTo(-0.517, within(5e-4));
    assertThat(interval.high()).isCloseTo(-0.026, within(5e-4));
  }

  /** Enumerates every outcome of the two discordant counts, so no Monte-Carlo error enters. */
  @ParameterizedTest
  @CsvSource({
    // n, onlyFirst, onlySecond, least: 92.5 % below ten expected discordant items, 93.5 % from
    // there
    "50, 0.03, 0.03, 0.925",
    "50, 0.10, 0.05, 0.925",
    "50, 0.15, 0.05, 0.935",
    "100, 0.10, 0.10, 0.935",
    "100, 0.15, 0.05, 0.935",
    "150, 0.10, 0.10, 0.935",
    "150, 0.15, 0.05, 0.935"
  })
  void coversTheTrueDifferenceAsOftenAsItClaims(int n, double first, double second, double least) {
    double coverage = 0;
    BinomialDistribution ofFirst = BinomialDistribution.of(n, first);
    for (int b = 0; b <= n; b++) {
      BinomialDistribution ofSecond = BinomialDistribution.of(n - b, second / (1 - first));
      for (int c = 0; c <= n - b; c++) {
        double chance = ofFirst.probability(b) * ofSecond.probability(c);
        if (chance > 1e-9
            && Tango.interval(new PairedCounts(n, b, c), 0.95).contains(first - second)) {
          coverage += chance;
        }
      }
    }
    assertThat(coverage).isBetween(least, least < 0.93 ? 1.0 : 0.965);
  }

  @ParameterizedTest
  @CsvSource({"10", "100", "1000"})
  void allowsASmallDifferenceWhereNoItemDiffers(int n) {
    // With b = c = 0 the score equation solves to z^2 / (n + z^2).
    double z = 1.6448536269514722;
    PairedCounts counts = new PairedCounts(n, 0, 0);

    assertThat(Tango.upper(counts, 0.95)).isCloseTo(z * z / (n + z * z), within(1e-9));
    assertThat(Tango.lower(counts, 0.95)).isCloseTo(-z * z / (n + z * z), within(1e-9));
  }

  @Test
  void staysWithinBoundsWhereEveryItemDiffers() {
    Interval all = Tango.interval(new PairedCounts(20, 20, 0), 0.95);
    Interval none = Tango.interval(new PairedCounts(20, 0, 20), 0.95);

    assertThat(all.high()).isEqualTo(1);
    assertThat(all.low()).isBetween(0.6, 0.8);
    assertThat(none.low()).isEqualTo(-1);
    assertThat(none.high()).isCloseTo(-all.low(), within(1e-12));
  }

  @Test
  void mirrorsWhenTheTwoChangePlaces() {
    Interval there = Tango.interval(new PairedCounts(100, 13, 4), 0.95);
    Interval back = Tango.interval(new PairedCounts(100, 4, 13), 0.95);

    assertThat(back.low()).isCloseTo(-there.high(), within(1e-12));
    assertThat(back.high()).isCloseTo(-there.low(), within(1e-12));
  }

  @Test
  void boundsOnOneSideAreTheEndsOfANinetyPercentInterval() {
    PairedCounts counts = new PairedCounts(150, 20, 11);
    Interval both = Tango.interval(counts, 0.90);

    assertThat(Tango.upper(counts, 0.95)).isCloseTo(both.high(), within(1e-12));
    assertThat(Tango.lower(counts, 0.95)).isCloseTo(both.low(), within(1e-12));
  }

  @Test
  void excludesNothingWithoutItems() {
    assertThat(Tango.interval(new PairedCounts(0, 0, 0), 0.95)).isEqualTo(new Interval(-1, 1));
  }

  @Test
  void refusesMoreDifferencesThanItems() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PairedCounts(10, 6, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new PairedCounts(10, -1, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PairedCounts(10, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }
}
