package dev.tuneworthy.evaluation;

/** The kinds of candidate, cheapest rung first; the label is the name used in records. */
public enum Approach {
  ZERO_SHOT("zero-shot"),
  FEW_SHOT("few-shot"),
  LORA("lora");

  private final String label;

  Approach(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /** Whether this approach moves weights. */
  public boolean tuned() {
    return this == LORA;
  }
}
