package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.SuiteReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecisionRequestTest {
  private static final Path SHIPPED = Path.of("eval-suites/baseline");
  private static final String ROUTED = "{deployment: routed, misrouteRate: 0.02}";
  private static final String SHARED = "{deployment: shared}";

  @Test
  void everyItemIsAskedWhereTheGateDecides() {
    BaselineSuite whole = SuiteReader.read(SHIPPED);

    assertThat(asked(SHARED, false)).isEqualTo(testItems(whole));
    assertThat(asked("{deployment: routed, misrouteRate: 0.2}", false)).isEqualTo(testItems(whole));
    assertThat(asked("{deployment: routed, misrouteRate: 0.02, misroutedMargin: 0.1}", false))
        .isEqualTo(testItems(whole));
  }

  @Test
  void aSampleInformsWhereTheGateCannotFail() {
    assertThat(asked(ROUTED, false)).isEqualTo(320);
  }

  @Test
  void aQuickDecisionAsksFewer() {
    assertThat(asked(ROUTED, true)).isEqualTo(320);
    assertThat(asked(SHARED, true)).isEqualTo(320);
  }

  private static long asked(String retention, boolean quick) {
    DecisionRequest routed =
        LadderFixture.request(
            LadderFixture.task(60), LadderFixture.PLAIN + ", retention: " + retention);
    DecisionRequest request =
        new DecisionRequest(
            routed.task(),
            routed.policy(),
            List.of(SuiteReader.read(SHIPPED)),
            "fake",
            Optional.empty(),
            1,
            quick);
    return request.askedSuites().stream().mapToLong(DecisionRequestTest::testItems).sum();
  }

  private static long testItems(BaselineSuite suite) {
    return suite.items().stream().filter(item -> item.split().equals("test")).count();
  }
}
