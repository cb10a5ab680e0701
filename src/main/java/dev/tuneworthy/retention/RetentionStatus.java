package dev.tuneworthy.retention;

/** What the gate says, gravest last. */
public enum RetentionStatus {
  /** The gate cannot fail, whatever was lost. */
  NOT_BINDING,
  PASS,
  UNKNOWN,
  FAIL;

  RetentionStatus and(RetentionStatus other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
