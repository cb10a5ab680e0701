package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReachTest {
  private static final String OWN = "prices: {models: {tiny: {hourly: 0.9, minimumReplicas: 2}}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'quality: {minimum: 0.99, margin: 0.01}' | quality cannot pass: even if all of 150",
        "'quality: {minimum: 0.9, margin: 0.2}' | quality.margin is 0.200, but above",
        "'quality: {minimum: 0.5}, retention: {pooledMargin: 0}' | retention cannot pass",
        "'quality: {minimum: 0.5}, cost: {maxPerMonth: 1000}' | fewest replicas, 2, cost 1314.00",
      })
  void namesTheGateThatNothingCanPass(String text, String expected) {
    assertThat(PolicyReach.warnings(policy(text), 150, "tiny"))
        .singleElement()
        .asString()
        .startsWith("policy: ")
        .contains(expected);
  }

  @Test
  void isSilentWhereEveryGateCanBePassed() {
    Policy policy = policy("quality: {minimum: 0.9, margin: 0.1}, cost: {maxPerMonth: 1314}");
    assertThat(PolicyReach.warnings(policy, 150, "tiny")).isEmpty();
    assertThat(PolicyReach.warnings(policy, 150, "other")).isEmpty();
  }

  @Test
  void theVerdictNamesTheGateThatEveryFinalistFails() {
    List<Mark> good = Finalists.marks(380, 400);
    Policy tight = policy("quality: {minimum: 0.8}, cost: {maxPerMonth: 0.5}");
    Finding finding =
        VerdictRule.decide(List.of(Finalists.zeroShot(good), Finalists.fewShot(good)), tight);
    assertThat(finding.verdict()).isEqualTo(Verdict.NEITHER);
    assertThat(finding.reason())
        .startsWith("No approach meets the policy, every finalist fails cost: ");
  }

  private static Policy policy(String text) {
    return PolicyReader.parse(
        "{name: p, traffic: {requestsPerMonth: 1000}, " + text + ", " + OWN + "}", "p.yaml");
  }
}
