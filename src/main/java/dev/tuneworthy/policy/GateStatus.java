package dev.tuneworthy.policy;

/** How a finalist stands at a gate. */
public enum GateStatus {
  /** The evidence shows that the limit is held. */
  PASS,
  /** The evidence shows that it is not. */
  FAIL,
  /** The evidence shows neither. */
  UNKNOWN,
  /** The gate cannot fail here; nothing was shown. */
  NOT_BINDING;

  /** All gates of one finalist together: any FAIL fails, else any UNKNOWN leaves it open. */
  public GateStatus and(GateStatus other) {
    if (this == FAIL || other == FAIL) {
      return FAIL;
    }
    return this == UNKNOWN || other == UNKNOWN ? UNKNOWN : PASS;
  }
}
