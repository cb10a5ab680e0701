package dev.tuneworthy.evaluation;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.scoring.Outcome;
import java.util.Optional;

/**
 * One item of a trial: what was answered, how it was judged, and what it took.
 *
 * @param belief empty where the model gave no likelihoods
 */
public record ItemResult(
    String itemId, String answer, Outcome outcome, TokenUsage tokens, Optional<Belief> belief) {
  /** Of a model that gave no likelihoods. */
  public ItemResult(String itemId, String answer, Outcome outcome, TokenUsage tokens) {
    this(itemId, answer, outcome, tokens, Optional.empty());
  }

  /** Whether the answer was judged fully right. */
  public boolean correct() {
    return outcome instanceof Outcome.Scored scored && scored.value() >= 1.0;
  }
}
