package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.RetentionJudgement;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.retention.RetentionRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The retention rung: the tuned finalist against the base model on the baseline suites. */
final class RetentionRung {
  private final Climb climb;
  private final QuestionRunner ofTuned;
  private final BaselineComparison comparison;
  private final Map<String, Drift> drifts = new HashMap<>();

  RetentionRung(Climb climb, QuestionRunner ofTuned, BaselineComparison comparison) {
    this.climb = climb;
    this.ofTuned = ofTuned;
    this.comparison = comparison;
  }

  /** Measures; empty if the budget ended before that was finished. */
  Optional<RetentionMeasurement> run(TuneRung.Tuned tuned) {
    Policy.Retention policy = climb.request().policy().retention();
    try {
      RetentionMeasurement measured = measure(tuned);
      tell(RetentionRule.judge(measured, RetentionGate.limits(policy)));
      return Optional.of(measured);
    } catch (BudgetReached reached) {
      climb.rungs().explain(Rungs.RETENTION, "Cut short by " + reached.getMessage() + ".");
      return Optional.empty();
    }
  }

  /**
   * Measures one adapter on the test items.
   *
   * @throws BudgetReached if the budget ends before that is finished
   */
  RetentionMeasurement measure(TuneRung.Tuned tuned) {
    climb.check(0);
    RetentionMeasurement measured = compared(tuned);
    drifts.put(tuned.candidate().id(), drift(tuned));
    return measured;
  }

  /** How far an adapter that was measured moves the model elsewhere. */
  Optional<Drift> drift(String id) {
    return Optional.ofNullable(drifts.get(id));
  }

  /** Where items are only sampled, prose is left out as well. */
  private Drift drift(TuneRung.Tuned tuned) {
    return Drift.of(
        climb.bench(),
        comparison,
        tuned.candidate().id(),
        tuned.adapter(),
        climb.request().mostItems().isPresent() ? Optional.empty() : climb.bench().prose(),
        ofTuned,
        climb.progress());
  }

  private RetentionMeasurement compared(TuneRung.Tuned tuned) {
    return comparison.measure(
        new BaselineComparison.Subjects(
            climb.bench(),
            tuned.candidate().id(),
            tuned.adapter(),
            climb.request().askedSuites(),
            RetentionGate.limits(climb.request().policy().retention())),
        ofTuned,
        ofBase -> climb.spending().watch(ofBase, false),
        climb.progress());
  }

  private void tell(RetentionJudgement judged) {
    for (RetentionJudgement.Mode mode : judged.modes()) {
      mode.notes().forEach(note -> climb.warn("retention, " + mode.mode().label() + ": " + note));
    }
    climb.rungs().explain(Rungs.RETENTION, judged.reason());
  }
}
