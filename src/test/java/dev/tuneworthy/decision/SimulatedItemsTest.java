package dev.tuneworthy.decision;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedItemsTest {
  @Test
  void worldsShareNoCodeWithWhatTheyJudge() {
    noClasses()
        .that()
        .haveNameMatching(".*\\.Simulated(Items|World|Tasks|Retention).*")
        .or()
        .haveNameMatching(".*\\.Oracle.*")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.tuneworthy.stats..", "org.apache.commons.statistics.."))
        .because("what judges the statistics must not err with them")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.tuneworthy.decision"));
  }

  @ParameterizedTest
  @CsvSource({
    "0.4, 0, 0, 1, false",
    "0.3, 0.1, 0.1, 5, false",
    "0.3, 0.2, 0.15, 4, true",
  })
  void itemsAreAsGoodAndAsSpreadAsTheTruthSays(
      double ease, double source, double taste, int size, boolean unequal) {
    SimulatedItems items = new SimulatedItems(ease, source, taste, size, unequal);
    Random random = new Random(8);
    double[] truth = {0.85, 0.7};
    int n = 200;
    int rounds = 3000;
    double[] sum = new double[2];
    double[] squares = new double[2];
    for (int round = 0; round < rounds; round++) {
      boolean[][] right = items.draw(truth, n, random).right();
      double one = share(right[0]);
      double[] figures = {one, one - share(right[1])};
      for (int f = 0; f < 2; f++) {
        sum[f] += figures[f];
        squares[f] += figures[f] * figures[f];
      }
    }
    double[] expected = {0.85, 0.15};
    double[] errors = {items.standardError(0.85, n), items.standardError(0.85, 0.7, n)};
    for (int f = 0; f < 2; f++) {
      double mean = sum[f] / rounds;
      double spread = Math.sqrt(squares[f] / rounds - mean * mean);
      assertThat(mean).isCloseTo(expected[f], within(4 * errors[f] / Math.sqrt(rounds)));
      // A standard deviation of 3,000 rounds has an error of 1.3 %.
      assertThat(spread).isCloseTo(errors[f], within(0.05 * errors[f]));
    }
  }

  @Test
  void knowsTheNormalDistribution() {
    // Abramowitz and Stegun 1964, table 26.1.
    assertThat(SimulatedItems.below(1.0)).isCloseTo(0.8413447460685, within(1e-12));
    assertThat(SimulatedItems.below(-2.5)).isCloseTo(0.0062096653258, within(1e-12));
    assertThat(SimulatedItems.quantile(0.975)).isCloseTo(1.9599639845, within(1e-9));
  }

  @Test
  void refusesMoreVarianceThanThereIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SimulatedItems(0.7, 0.3, 0.1, 2, false));
  }

  private static double share(boolean[] right) {
    int count = 0;
    for (boolean one : right) {
      count += one ? 1 : 0;
    }
    return (double) count / right.length;
  }
}
