package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.stats.PowerLaw.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerLawTest {
  /** e(n) = 2 / sqrt(n): .4 after 25, .2 after 100, .1 after 400, so .0707 after 800. */
  @Test
  void findsTheLawBehindExactPoints() {
    PowerLaw law = PowerLaw.fit(List.of(exact(25, 0.4), exact(100, 0.2), exact(400, 0.1)));

    assertThat(law.exponent()).isCloseTo(0.5, within(1e-4));
    assertThat(law.error(800)).isCloseTo(2 / Math.sqrt(800), within(1e-5));
    assertThat(law.exponent(0.95).contains(0.5)).isTrue();
  }

  /**
   * Weighted least squares by hand: two points fix the line, and the variance of the slope is (1/w1
   * + 1/w2) / (log n2 - log n1)^2, w = m e / (1 - e): 99.5 wrong of 199 judged is an error of one
   * half, so w = 200.
   */
  @Test
  void isAsCertainAsTwoMeasuredSharesAllow() {
    PowerLaw law = PowerLaw.fit(List.of(new Point(100, 99.5, 199), new Point(200, 49.5, 199)));

    double half = 1.959963984540054 * Math.sqrt(1 / 200.0 + 3 / 200.0) / Math.log(2);
    assertThat(law.exponent()).isCloseTo(1, within(1e-12));
    assertThat(law.exponent(0.95).width()).isCloseTo(2 * half, within(1e-9));
    assertThat(law.error(400)).isCloseTo(0.125, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.3, 150", "1.5, 0.6, 150", "0.3, 0.0, 60", "4.0, 0.8, 300"})
  void itsIntervalHoldsTheTruthAfterTwiceTheData(double a, double b, int judged) {
    Random random = new Random(9);
    int held = 0;
    int runs = 2000;
    for (int run = 0; run < runs; run++) {
      List<Point> points = new ArrayList<>();
      for (int examples : new int[] {30, 60, 120}) {
        double error = a * Math.pow(examples, -b);
        int wrong = BinomialDistribution.of(judged, error).createSampler(random::nextLong).sample();
        points.add(new Point(examples, wrong, judged));
      }
      double truth = a * Math.pow(240, -b);
      held += PowerLaw.fit(points).error(240, 0.90).contains(truth) ? 1 : 0;
    }
    // 2,000 runs: a Monte-Carlo error of 0.7 points. Scatter over 1 is kept, so it errs wide.
    assertThat((double) held / runs).isBetween(0.88, 0.985);
  }

  @Test
  void isLessCertainWherePointsScatterMoreThanTheirItems() {
    PowerLaw smooth =
        PowerLaw.fit(
            List.of(new Point(50, 80, 200), new Point(100, 60, 200), new Point(200, 45, 200)));
    PowerLaw rough =
        PowerLaw.fit(
            List.of(new Point(50, 80, 200), new Point(100, 20, 200), new Point(200, 45, 200)));

    assertThat(rough.exponent(0.95).width()).isGreaterThan(2 * smooth.exponent(0.95).width());
  }

  @Test
  void survivesNoErrorAndAllErrors() {
    PowerLaw law = PowerLaw.fit(List.of(new Point(50, 200, 200), new Point(100, 0, 200)));

    assertThat(law.error(200)).isBetween(0.0, 0.01);
    assertThat(law.error(200, 0.95).low()).isNotNegative();
    assertThat(law.error(1)).isEqualTo(1);
  }

  @Test
  void refusesPointsThatMakeNoCurve() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PowerLaw.fit(List.of(new Point(50, 1, 9), new Point(50, 2, 9))));
    assertThatIllegalArgumentException().isThrownBy(() -> new Point(0, 1, 9));
    assertThatIllegalArgumentException().isThrownBy(() -> new Point(5, 10, 9));
  }

  private static Point exact(int examples, double error) {
    return new Point(examples, error * 1e8, 1e8);
  }
}
