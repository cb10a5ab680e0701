package dev.tuneworthy.decision;

import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.Policy;

/**
 * A finalist's retention held against a policy. A function rather than a result, so that the
 * decision can say at which margin it would flip; pure, and cheap to call.
 */
@FunctionalInterface
public interface RetentionGate {
  /** For a prompt, which moves no weights. */
  RetentionGate NO_WEIGHTS_MOVED =
      policy -> GateResult.notBinding(Gate.RETENTION, "nothing lost", "a prompt moves no weights");

  GateResult judge(Policy.Retention policy);
}
