package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.evaluation.Approach;
import java.util.List;

/**
 * What the rule needs to know of a finalist.
 *
 * @param latencyMillis times of single, warm, uncached requests; empty where none was measured
 */
public record Finalist(
    String id,
    Approach approach,
    TestScores scores,
    List<Double> latencyMillis,
    ApproachCost cost,
    RetentionGate retention) {
  public Finalist {
    latencyMillis = List.copyOf(latencyMillis);
  }

  Finalist withCost(ApproachCost other) {
    return new Finalist(id, approach, scores, latencyMillis, other, retention);
  }

  Finalist withScores(TestScores other) {
    return new Finalist(id, approach, other, latencyMillis, cost, retention);
  }

  Verdict verdict() {
    return approach.tuned() ? Verdict.TUNE : Verdict.PROMPT;
  }
}
