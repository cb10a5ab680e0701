package dev.tuneworthy.policy;

/** Bounds on what a policy may hold; whatever exceeds one is refused by name. */
final class PolicyLimits {
  /** Bytes of a policy file. */
  static final int POLICY_BYTES = 256 << 10;

  /** Bytes of a price catalogue; LiteLLM's own is under 2 MB. */
  static final int CATALOGUE_BYTES = 16 << 20;

  /** Models of a price catalogue. */
  static final int CATALOGUE_MODELS = 50_000;

  /** Characters of a text. */
  static final int TEXT = 200;

  /** Own models with an hourly price. */
  static final int MODELS = 1_000;

  /** Depth of nested values. */
  static final int NESTING = 20;

  private PolicyLimits() {}
}
