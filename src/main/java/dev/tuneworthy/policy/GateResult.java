package dev.tuneworthy.policy;

/**
 * One finalist at one gate.
 *
 * @param observed what was measured, with its bound
 * @param required what the policy asks
 * @param reason in words for a person
 * @param likely whether the point estimate holds the limit, which is all one has where the status
 *     is UNKNOWN
 */
public record GateResult(
    Gate gate, GateStatus status, String observed, String required, String reason, boolean likely) {
  /** A gate that cannot fail. */
  public static GateResult notBinding(Gate gate, String observed, String reason) {
    return new GateResult(gate, GateStatus.NOT_BINDING, observed, "none", reason, true);
  }
}
