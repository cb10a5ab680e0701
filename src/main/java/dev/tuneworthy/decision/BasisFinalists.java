package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionBasis.Confirmed;
import dev.tuneworthy.decision.TestScores.Labels;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.RetentionCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The finalists as the rule wants them, from what a decision writes down. A decision under way and
 * one that is made anew both come through here, so that they cannot differ.
 */
final class BasisFinalists {
  private final DecisionBasis basis;
  private final Pricing pricing;

  BasisFinalists(DecisionBasis basis, Policy policy) {
    this.basis = basis;
    this.pricing = new Pricing(policy, basis.costs());
  }

  /**
   * In the order of the basis.
   *
   * @param onTest the trials of the finalists on test, in any order
   * @throws ServiceException {@code BAD_REQUEST} if they do not fit the basis
   */
  List<Finalist> of(List<Trial> onTest) {
    List<Finalist> finalists = new ArrayList<>();
    for (Confirmed each : basis.finalists()) {
      Trial trial = trial(each.candidate(), onTest);
      finalists.add(
          new Finalist(
              each.candidate(),
              trial.approach(),
              scores(each, trial),
              each.latencyMillis(),
              pricing.of(trial, each.requestsPerSecond()),
              retention(each, trial.approach())));
    }
    return finalists;
  }

  private Trial trial(String candidate, List<Trial> onTest) {
    Trial found =
        onTest.stream()
            .filter(trial -> trial.candidateId().equals(candidate))
            .findFirst()
            .orElseThrow(() -> unfit(candidate, "its outcomes on test", "none"));
    int n = onTest.get(0).n();
    if (found.n() != n || found.n() == 0) {
      throw unfit(candidate, "outcomes on " + n + " test examples", found.n() + " outcomes");
    }
    return found;
  }

  private TestScores scores(Confirmed finalist, Trial trial) {
    int n = trial.n();
    List<Integer> clusters = basis.clusters();
    List<String> expected = basis.expected();
    if (!clusters.isEmpty() && clusters.size() != n) {
      throw unfit(finalist.candidate(), clusters.size() + " outcomes", n + " outcomes");
    }
    if (expected.isEmpty()) {
      return new TestScores(TestScores.marks(trial), Optional.empty(), clusters);
    }
    if (expected.size() != n || finalist.predicted().size() != n) {
      throw unfit(
          finalist.candidate(),
          "a class for each of " + n + " outcomes",
          expected.size() + " expected and " + finalist.predicted().size() + " predicted ones");
    }
    Labels labels = new Labels(expected, finalist.predicted());
    return new TestScores(TestScores.marks(trial), Optional.of(labels), clusters);
  }

  private static ServiceException unfit(String candidate, String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_REQUEST,
        "finalist " + candidate,
        expected,
        found,
        "decision.json and outcomes.jsonl are not of one decision: restore them or decide again.");
  }

  private static RetentionGate retention(Confirmed finalist, Approach approach) {
    if (!approach.tuned()) {
      return RetentionGate.NO_WEIGHTS_MOVED;
    }
    return counts(finalist).map(RetentionGate::of).orElse(BasisFinalists::notMeasured);
  }

  /** What was counted of a finalist's retention; empty where it was not measured. */
  static Optional<RetentionCounts> counts(Confirmed finalist) {
    return finalist
        .retention()
        .map(modes -> new RetentionCounts(modes.stream().map(BasisFinalists::mode).toList()));
  }

  private static RetentionCounts.Mode mode(DecisionBasis.RetentionMode mode) {
    return new RetentionCounts.Mode(
        AnswerMode.valueOf(mode.mode().toUpperCase(Locale.ROOT)),
        mode.capabilities(),
        mode.effect(),
        mode.unanswered());
  }

  /** A gate that cannot fail says so also where nothing was measured. */
  private static GateResult notMeasured(Policy.Retention policy) {
    return RetentionGate.cannotFail(policy)
        ? GateResult.notBinding(
            Gate.RETENTION,
            "not measured",
            "so little other traffic meets the adapter that no loss would reach a margin")
        : RetentionGate.notMeasured("retention was not measured").judge(policy);
  }
}
