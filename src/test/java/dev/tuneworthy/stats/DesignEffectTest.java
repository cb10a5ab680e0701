package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DesignEffectTest {
  @Test
  void isNoneWhereEveryItemStandsAlone() {
    double[] values = {1, 0, 0, 1, 1};
    assertThat(DesignEffect.of(values, List.of(0, 1, 2, 3, 4))).isEqualTo(1);
  }

  /**
   * Lohr 2010, "Sampling: Design and Analysis", example 5.2: grade point averages of four students
   * in each of five suites. Its table of variances has 0.56392 between suites and 0.26480 in all,
   * an effect of 2.13; here raised for five clusters, (t / z)^2 with t = 2.1318.
   */
  @Test
  void isTheEffectOfTheSuitesOfStudentsThatLohrPublished() {
    double[] grades = {
      3.08, 2.60, 3.44, 3.04, 2.36, 3.04, 3.28, 2.68, 2.00, 2.56, 2.52, 1.88, 3.00, 2.88, 3.44,
      3.64, 2.68, 1.92, 3.28, 3.20
    };
    List<Integer> suites = IntStream.range(0, 20).mapToObj(i -> i / 4).toList();

    double few = 2.131847 / 1.644854;
    assertThat(DesignEffect.of(grades, suites))
        .isCloseTo(0.56392 / 0.26480 * few * few, within(0.001));
  }

  /** Kish 1965: 1 + (m - 1) rho, so m where a cluster's items all say the same. */
  @Test
  void isTheSizeOfTheClustersWhereTheirItemsAllSayTheSame() {
    int clusters = 2000;
    double[] values = IntStream.range(0, 4 * clusters).mapToDouble(i -> i / 4 % 2).toArray();
    List<Integer> of = IntStream.range(0, 4 * clusters).mapToObj(i -> i / 4).toList();

    assertThat(DesignEffect.of(values, of)).isCloseTo(4, within(0.02));
  }

  @Test
  void staysAtNoneWhereClustersSayNothing() {
    SplittableRandom random = new SplittableRandom(4);
    double[] values = random.ints(8000, 0, 2).asDoubleStream().toArray();
    List<Integer> of = IntStream.range(0, 8000).mapToObj(i -> i / 4).toList();

    assertThat(DesignEffect.of(values, of)).isBetween(1.0, 1.15);
  }

  @Test
  void growsWhereFewClustersTellOfTheirOwnVariance() {
    // Two clusters that differ: t of one degree of freedom over z, squared, is 14.7.
    double[] values = {1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    List<Integer> two = IntStream.range(0, 20).mapToObj(i -> i / 10).toList();

    assertThat(DesignEffect.of(values, two)).isGreaterThan(10);
  }

  @Test
  void takesOneClusterForOneItem() {
    assertThat(DesignEffect.of(new double[] {1, 0, 1}, List.of(0, 0, 0))).isEqualTo(3);
  }

  @Test
  void takesTheWorstWhereNothingVaries() {
    // All right: what a cluster's items share cannot be seen, so they count as one.
    double[] values = IntStream.range(0, 400).mapToDouble(i -> 1).toArray();
    List<Integer> of = IntStream.range(0, 400).mapToObj(i -> i / 4).toList();

    // 4, and what t of 99 degrees of freedom adds to z.
    assertThat(DesignEffect.of(values, of)).isBetween(4.0, 4.15);
  }

  @Test
  void refusesValuesWithoutAClusterEach() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DesignEffect.of(new double[2], Collections.nCopies(3, 0)));
  }

  @Test
  void widensTheIntervalsAsASmallerSampleWould() {
    assertThat(Wilson.interval(120, 160, 0.95, 4).low())
        .isCloseTo(Wilson.interval(30, 40, 0.95).low(), within(1e-12));
    assertThat(Tango.upper(new PairedCounts(200, 24, 8), 0.95, 4))
        .isCloseTo(Tango.upper(new PairedCounts(50, 6, 2), 0.95), within(1e-9));
    assertThat(McNemar.midPOneSided(new PairedCounts(200, 24, 8), 4))
        .isCloseTo(McNemar.midPOneSided(new PairedCounts(50, 6, 2)), within(1e-12));
    assertThat(McNemar.midPOneSided(new PairedCounts(200, 24, 0), 4))
        .isCloseTo(McNemar.midPOneSided(new PairedCounts(50, 6, 0)), within(1e-12));
  }
}
