package dev.tuneworthy.evaluation;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.task.Split;
import java.util.List;

/**
 * One candidate on one split with one seed; one result for each example, in the split's order.
 *
 * @param offsets what calibration takes off the likelihoods of the choices
 */
public record Trial(
    String candidateId,
    Approach approach,
    ModelRef model,
    Split split,
    AnswerMode mode,
    List<ItemResult> results,
    ChoiceOffsets offsets) {
  public Trial {
    results = List.copyOf(results);
  }

  /** Without calibration. */
  public Trial(
      String candidateId,
      Approach approach,
      ModelRef model,
      Split split,
      AnswerMode mode,
      List<ItemResult> results) {
    this(candidateId, approach, model, split, mode, results, ChoiceOffsets.NONE);
  }

  public int n() {
    return results.size();
  }

  public int scored() {
    return (int) results.stream().filter(r -> r.outcome() instanceof Outcome.Scored).count();
  }

  public int failed() {
    return (int) results.stream().filter(r -> r.outcome() instanceof Outcome.Failed).count();
  }

  public TokenUsage tokens() {
    return results.stream().map(ItemResult::tokens).reduce(TokenUsage.NONE, TokenUsage::plus);
  }
}
