package dev.tuneworthy.evaluation;

import java.util.Locale;

/** How a question is answered; candidates that are compared use the same mode. */
public enum AnswerMode {
  /** The choice with the highest summed log-likelihood. */
  CHOOSE,
  /** Free text. */
  GENERATE;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
