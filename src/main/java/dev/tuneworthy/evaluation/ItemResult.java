package dev.tuneworthy.evaluation;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.scoring.Outcome;

/** One item of a trial: what was answered, how it was judged, and what it took. */
public record ItemResult(String itemId, String answer, Outcome outcome, TokenUsage tokens) {
  /** Whether the answer was judged fully right. */
  public boolean correct() {
    return outcome instanceof Outcome.Scored scored && scored.value() >= 1.0;
  }
}
