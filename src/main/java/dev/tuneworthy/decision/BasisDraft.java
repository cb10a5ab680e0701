package dev.tuneworthy.decision;

import dev.tuneworthy.decision.Confirmation.Confirmed;
import dev.tuneworthy.decision.DecisionBasis.RetentionMode;
import dev.tuneworthy.decision.TestScores.Labels;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.retention.RetentionCounts;
import dev.tuneworthy.retention.RetentionMeasurement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down what a verdict rests on, before the rule is asked. */
final class BasisDraft {
  private final Climb climb;
  private final Map<String, RetentionMeasurement> retention;

  /**
   * @param retention by the ids of the candidates that it was measured for
   */
  BasisDraft(Climb climb, Map<String, RetentionMeasurement> retention) {
    this.climb = climb;
    this.retention = retention;
  }

  DecisionBasis of(List<Confirmed> confirmed, List<DecisionBasis.Missing> missing) {
    Optional<TestScores> any =
        confirmed.stream().findFirst().map(first -> TestScores.of(climb.task(), first.trial()));
    return new DecisionBasis(
        Pricing.costs(climb),
        any.flatMap(TestScores::labels).map(Labels::expected).orElse(List.of()),
        any.map(TestScores::clusters).orElse(List.of()),
        missing,
        confirmed.stream().map(this::finalist).toList());
  }

  /** The trials of finalists on test, by candidate. */
  static List<Trial> trials(List<Confirmed> confirmed) {
    return confirmed.stream().map(Confirmed::trial).toList();
  }

  private DecisionBasis.Confirmed finalist(Confirmed confirmed) {
    return new DecisionBasis.Confirmed(
        confirmed.candidate().id(),
        confirmed.timing().map(Journal.Timing::millis).orElse(List.of()),
        confirmed.timing().map(Journal.Timing::requestsPerSecond).orElse(0.0),
        TestScores.of(climb.task(), confirmed.trial())
            .labels()
            .map(Labels::predicted)
            .orElse(List.of()),
        Optional.ofNullable(retention.get(confirmed.candidate().id()))
            .map(measured -> measured.counts().modes().stream().map(BasisDraft::mode).toList()));
  }

  private static RetentionMode mode(RetentionCounts.Mode mode) {
    return new RetentionMode(
        mode.mode().label(), mode.capabilities(), mode.effect(), mode.unanswered());
  }
}
