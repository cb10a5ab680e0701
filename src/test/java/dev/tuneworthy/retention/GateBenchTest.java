package dev.tuneworthy.retention;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tuneworthy.retention.GateBench.Row;
import dev.tuneworthy.retention.GateBench.Settings;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.SuiteReader;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A small version of {@code bench gate}: 250 adapters of each kind, so that a rate near 5 % has a
 * standard error of 1.4 points and one near 80 % of 2.5. The full table is in {@code
 * src/bench/RESULTS-gate.md}.
 */
class GateBenchTest {
  private static final BaselineSuite SUITE = SuiteReader.read(Path.of("eval-suites", "baseline"));
  private static final List<Row> ROWS = new GateBench(new Settings(3, 250), SUITE).run();

  @Test
  void singleItemsReachEveryBar() {
    assertThat(ROWS).filteredOn(row -> row.suite().contains("single")).hasSize(4);
    for (Row row : ROWS) {
      if (row.suite().contains("single") && row.flips() <= 0.05) {
        assertThat(row.harmlessPasses().share()).isGreaterThanOrEqualTo(0.96);
        assertThat(row.oneDownPasses().share()).isLessThanOrEqualTo(0.07);
        assertThat(row.allDownPasses().share()).isLessThanOrEqualTo(0.01);
      }
    }
    Row restless = row("12 capabilities of 100 single items", 0, 0.1);
    assertThat(restless.harmlessPasses().share()).isBetween(0.7, 0.9);
    assertThat(restless.reached()).isEmpty();
  }

  @Test
  void theShippedSuiteHoldsItsRatesInBothModesWhereFamiliesDoNotFlipTogether() {
    for (String mode : List.of("baseline, choose", "baseline, generate")) {
      Row row = row(mode, 0, 0.05);
      assertThat(row.harmlessPasses().share()).isGreaterThanOrEqualTo(0.93);
      assertThat(row.oneDownPasses().share()).isLessThanOrEqualTo(0.08);
      assertThat(row.allDownPasses().share()).isLessThanOrEqualTo(0.01);
    }
  }

  @Test
  void aFamilyThatFlipsAsOneIsNeitherTakenForAShownLossNorLetPass() {
    for (String mode : List.of("baseline, choose", "baseline, generate")) {
      Row row = row(mode, 0.25, 0.05);
      // As if items were independent, a fifth to a quarter of these adapters failed.
      assertThat(row.harmlessFails().share()).isLessThanOrEqualTo(0.03);
      assertThat(row.oneDownPasses().share()).isLessThanOrEqualTo(0.13);
      assertThat(row.allDownPasses().share()).isLessThanOrEqualTo(0.02);
    }
  }

  @Test
  void theSameSettingsGiveTheSameFigures() {
    Settings few = new Settings(5, 10);

    assertThat(new GateBench(few, SUITE).run()).isEqualTo(new GateBench(few, SUITE).run());
  }

  @Test
  void itemsFlipAsOftenAndAsMuchTogetherAsTheWorldSays() {
    SimulatedSuite.Capability pairs =
        new SimulatedSuite.Capability("pairs", Collections.nCopies(2, "family"), List.of());
    SimulatedAdapter adapter = new SimulatedAdapter(0.2, 0.1, 0.5);
    SplittableRandom random = new SplittableRandom(4);
    int rounds = 40_000;
    double lost = 0;
    double gained = 0;
    double bothLost = 0;
    for (int round = 0; round < rounds; round++) {
      List<PairedItem> items = adapter.draw(pairs, random).test();
      lost += items.get(0).lost() ? 1.0 / rounds : 0;
      gained += items.get(1).gained() ? 1.0 / rounds : 0;
      bothLost += items.get(0).lost() && items.get(1).lost() ? 1.0 / rounds : 0;
    }
    // Standard errors 0.002, 0.0015, 0.0014; a correlation of a quarter adds 0.04 to 0.2 squared.
    assertThat(lost).isCloseTo(0.2, within(0.008));
    assertThat(gained).isCloseTo(0.1, within(0.006));
    assertThat(bothLost).isCloseTo(0.04 + 0.25 * 0.2 * 0.8, within(0.006));
  }

  @Test
  void worldsShareNoCodeWithWhatTheyJudge() {
    noClasses()
        .that()
        .haveNameMatching(".*\\.Simulated(Adapter|Suite).*")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.tuneworthy.stats..", "org.apache.commons.statistics.."))
        .because("what judges the statistics must not err with them")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.tuneworthy.retention"));
  }

  @Test
  void refusesMoreFlipsThanThereAreItems() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SimulatedAdapter(0.5, 0.6, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Settings(1, 0));
  }

  private static Row row(String suite, double correlation, double flips) {
    return ROWS.stream()
        .filter(row -> row.suite().equals(suite) && row.flips() == flips)
        .filter(row -> Math.abs(row.correlation() - correlation) < 0.001)
        .findFirst()
        .orElseThrow();
  }
}
