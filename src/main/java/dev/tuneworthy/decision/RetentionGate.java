package dev.tuneworthy.decision;

import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.RetentionCounts;
import dev.tuneworthy.retention.RetentionJudgement;
import dev.tuneworthy.retention.RetentionLimits;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.retention.RetentionRule;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A finalist's retention held against a policy. A function rather than a result, so that the
 * decision can say at which margin it would flip; pure, and cheap to call again with the same
 * policy.
 */
@FunctionalInterface
public interface RetentionGate {
  /** For a prompt, which moves no weights. */
  RetentionGate NO_WEIGHTS_MOVED =
      policy -> GateResult.notBinding(Gate.RETENTION, "nothing lost", "a prompt moves no weights");

  GateResult judge(Policy.Retention policy);

  /** For a tuned finalist whose retention was not measured, with the reason. */
  static RetentionGate notMeasured(String reason) {
    return policy ->
        new GateResult(
            Gate.RETENTION, GateStatus.UNKNOWN, "not measured", "to be measured", reason, true);
  }

  /** For a tuned finalist, by {@link RetentionRule}. */
  static RetentionGate of(RetentionMeasurement measured) {
    return of(measured.counts());
  }

  /** The same from the counts alone. */
  static RetentionGate of(RetentionCounts measured) {
    Map<Policy.Retention, GateResult> judged = new ConcurrentHashMap<>();
    return policy -> judged.computeIfAbsent(policy, retention -> result(measured, retention));
  }

  /** The limits of a policy in the terms of the retention rule. */
  static RetentionLimits limits(Policy.Retention policy) {
    return new RetentionLimits(
        policy.deployment() == Policy.Deployment.ROUTED,
        policy.misrouteRate(),
        policy.pooledMargin(),
        policy.capabilityMargin(),
        policy.misroutedMargin());
  }

  /** Whether whatever is measured leaves the gate NOT_BINDING. */
  static boolean cannotFail(Policy.Retention policy) {
    return limits(policy).cannotFail() && policy.misroutedMargin().isEmpty();
  }

  private static GateResult result(RetentionCounts measured, Policy.Retention policy) {
    RetentionLimits limits = limits(policy);
    RetentionJudgement judgement = RetentionRule.judge(measured, limits);
    boolean likely =
        judgement.modes().stream()
            .allMatch(
                mode ->
                    limits.appliedShare() * mode.pooled().tally().drop() < policy.pooledMargin());
    return new GateResult(
        Gate.RETENTION,
        GateStatus.valueOf(judgement.status().name()),
        judgement.observed(),
        judgement.required(),
        judgement.reason(),
        likely);
  }
}
