package dev.tuneworthy.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.SuiteItem;
import dev.tuneworthy.suite.SuiteLint;
import dev.tuneworthy.suite.SuiteReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The baseline suite that is shipped passes its own check, warnings included. */
class ShippedSuiteTest {
  private static final Path BASELINE = Path.of("eval-suites", "baseline");

  @Test
  void theLinterFindsNothingInIt() {
    assertThat(SuiteLint.run(BASELINE, ShortcutOdds::pValues)).isEmpty();
  }

  @Test
  void eachCapabilityHasItsSplitsAndAtMostHalfIsGenerated() {
    BaselineSuite suite = SuiteReader.read(BASELINE);
    Map<String, List<SuiteItem>> capabilities =
        suite.items().stream()
            .collect(
                Collectors.groupingBy(SuiteItem::capability, TreeMap::new, Collectors.toList()));

    assertThat(suite.items()).hasSizeGreaterThanOrEqualTo(3_000);
    assertThat(capabilities).hasSizeGreaterThanOrEqualTo(12);
    capabilities.forEach(
        (name, items) -> {
          long generated = items.stream().filter(i -> i.family().startsWith("generated-")).count();
          assertThat(items).as(name).hasSize(250);
          assertThat(2 * generated).as(name).isLessThanOrEqualTo(items.size());
        });
  }
}
