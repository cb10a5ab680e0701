package dev.tuneworthy.evaluation;

import dev.tuneworthy.cost.TokenUsage;
import java.util.List;

/** What came back for one question. */
public sealed interface Answer {
  /** Tokens spent on the question, also where it failed. */
  TokenUsage tokens();

  /**
   * An answer.
   *
   * @param text the chosen answer or the generated text, special tokens removed
   * @param logLikelihoods summed natural-log likelihood for each choice, in the question's order;
   *     empty in generate mode
   */
  record Given(String text, List<Double> logLikelihoods, TokenUsage tokens) implements Answer {
    public Given {
      logLikelihoods = List.copyOf(logLikelihoods);
    }
  }

  /** No answer, and why. */
  record Missing(String reason, TokenUsage tokens) implements Answer {}
}
