package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyReader;
import java.util.ArrayList;
import java.util.List;

/** Finalists and policies for tests. */
final class Finalists {
  static final List<Double> FAST = List.copyOf(java.util.Collections.nCopies(60, 20.0));

  private Finalists() {}

  /** A policy with this quality section and 1,000 requests a month over 12 months, else open. */
  static Policy policy(String quality) {
    return PolicyReader.parse(
        "{name: p, traffic: {requestsPerMonth: 1000}, quality: {" + quality + "}}", "p.yaml");
  }

  static Finalist zeroShot(List<Mark> marks) {
    return prompt("zero-shot", Approach.ZERO_SHOT, marks, "0.001");
  }

  static Finalist fewShot(List<Mark> marks) {
    return prompt("few-shot", Approach.FEW_SHOT, marks, "0.002");
  }

  static Finalist prompt(String id, Approach approach, List<Mark> marks, String perRequest) {
    return new Finalist(
        id, approach, TestScores.of(marks), FAST, cost(perRequest), RetentionGate.NO_WEIGHTS_MOVED);
  }

  /** A tuned finalist, dearer than the prompts, whose retention has this status. */
  static Finalist lora(List<Mark> marks, GateStatus retention) {
    return new Finalist(
        "lora", Approach.LORA, TestScores.of(marks), FAST, cost("0.003"), judged(retention));
  }

  static Finalist lora(List<Mark> marks) {
    return lora(marks, GateStatus.PASS);
  }

  static RetentionGate judged(GateStatus status) {
    return policy ->
        new GateResult(
            Gate.RETENTION, status, "drop", "margin", "stated", status != GateStatus.FAIL);
  }

  static ApproachCost cost(String perRequest) {
    return new ApproachCost(new Serving.ByToken(Money.of(perRequest)), Cost.zero());
  }

  static ApproachCost unknownCost() {
    return new ApproachCost(new Serving.Unpriced("no price for m"), Cost.zero());
  }

  /** The first {@code right} of {@code n} right, the rest wrong. */
  static List<Mark> marks(int right, int n) {
    return marks(right, n, 0);
  }

  /** As before, the items from {@code from} on first, so that two finalists can differ. */
  static List<Mark> marks(int right, int n, int from) {
    List<Mark> marks = new ArrayList<>(java.util.Collections.nCopies(n, Mark.WRONG));
    for (int i = 0; i < right; i++) {
      marks.set((from + i) % n, Mark.RIGHT);
    }
    return marks;
  }

  static List<Mark> missing(List<Mark> marks, int count) {
    List<Mark> changed = new ArrayList<>(marks);
    for (int i = 0; i < count; i++) {
      changed.set(i, Mark.MISSING);
    }
    return changed;
  }
}
