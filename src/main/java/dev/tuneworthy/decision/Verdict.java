package dev.tuneworthy.decision;

/** The answer of a decision. */
public enum Verdict {
  /** A prompt does. */
  PROMPT,
  /** Fine-tuning is worth it. */
  TUNE,
  /** No approach meets the policy. */
  NEITHER,
  /** The evidence does not settle it; the record says how much more would. */
  INCONCLUSIVE
}
