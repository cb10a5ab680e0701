package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.DecisionRecord.MitigationPart;
import dev.tuneworthy.decision.MitigationChoice.Means;
import dev.tuneworthy.decision.TuneRung.Tuned;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.retention.RetentionMeasurement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The mitigate rung: where the tuned finalist forgets too much, means against that are tried in the
 * order of their cost, and the first that passes the retention gate ends the search. Retention-dev
 * steers: a candidate meets retention-test only if it holds there and has lost no more than {@value
 * #MOST_QUALITY_LOST} of the plain adapter's quality on dev. Where none does both, the best on dev
 * of those that hold gets its chance.
 */
final class MitigateRung {
  /** Task quality that keeping knowledge may cost. */
  static final double MOST_QUALITY_LOST = 0.03;

  private static final double ROUNDING = 1e-9;

  private final Climb climb;
  private final TuneRung tuneRung;
  private final RetentionRung retentionRung;
  private final RetentionSteering steering;

  /** What passed the gate, with the measurement that says so. */
  record Kept(Tuned tuned, RetentionMeasurement measured) {}

  record Outcome(Optional<Kept> kept, MitigationPart part) {}

  MitigateRung(
      Climb climb, TuneRung tuneRung, RetentionRung retentionRung, RetentionSteering steering) {
    this.climb = climb;
    this.tuneRung = tuneRung;
    this.retentionRung = retentionRung;
    this.steering = steering;
  }

  /** Searches until one passes, nothing is left, or the budget ends. */
  Outcome run(Tuned plain) {
    List<MitigationTried> tried = new ArrayList<>();
    Optional<Kept> kept = Optional.empty();
    Optional<String> cut = Optional.empty();
    climb.spending().start(Rungs.MITIGATE);
    try {
      MitigationTried before = measured(plain, Means.PLAIN, tried);
      before.gate(GateStatus.FAIL.name());
      for (MitigationChoice choice : MitigationChoice.inOrder(climb, plain.plan())) {
        Optional<Tuned> made = made(choice, plain);
        if (made.isEmpty()) {
          continue; // it broke or destroyed the model, as the warnings say
        }
        MitigationTried next = measured(made.get(), choice.means(), tried);
        boolean good = next.quality() >= plain.quality() - MOST_QUALITY_LOST - ROUNDING;
        if (good && steering.holds(next.drops())) {
          kept = tested(next);
        }
        if (kept.isPresent()) {
          break;
        }
      }
      if (kept.isEmpty()) {
        kept = secondBest(tried);
      }
    } catch (BudgetReached reached) {
      cut = Optional.of(reached.getMessage());
    }
    return told(tried, kept, cut);
  }

  private Optional<Tuned> made(MitigationChoice choice, Tuned plain) {
    return choice
        .dial()
        .map(dial -> Optional.of(dialled(plain, dial)))
        .orElseGet(() -> tuneRung.train(choice.plan(), plain.task(), Rungs.MITIGATE));
  }

  private Tuned dialled(Tuned plain, double dial) {
    PeftAdapter adapter = plain.adapter().dialled(dial);
    String id = plain.candidate().id() + "+dial(" + dial + ")";
    return tuneRung.judged(id, adapter, plain.plan(), plain.task());
  }

  private MitigationTried measured(Tuned tuned, Means means, List<MitigationTried> tried) {
    RetentionSteering.Drops drops = steering.drops(tuned.candidate().id(), tuned.adapter());
    MitigationTried one = new MitigationTried(tuned, means, drops);
    tried.add(one);
    return one;
  }

  private Optional<Kept> tested(MitigationTried candidate) {
    RetentionMeasurement measured = retentionRung.measure(candidate.tuned());
    GateStatus status =
        RetentionGate.of(measured).judge(climb.request().policy().retention()).status();
    candidate.gate(status.name());
    return status == GateStatus.PASS || status == GateStatus.NOT_BINDING
        ? Optional.of(new Kept(candidate.tuned(), measured))
        : Optional.empty();
  }

  /** The best on dev of those that hold there and are good enough for the policy. */
  private Optional<Kept> secondBest(List<MitigationTried> tried) {
    double minimum = climb.request().policy().quality().minimum();
    return tried.stream()
        .filter(one -> !one.tested() && one.quality() >= minimum)
        .filter(one -> steering.holds(one.drops()))
        .max(Comparator.comparingDouble(MitigationTried::quality))
        .flatMap(this::tested);
  }

  private Outcome told(List<MitigationTried> tried, Optional<Kept> kept, Optional<String> cut) {
    MitigationWords words = new MitigationWords(tried);
    Optional<String> id = kept.map(k -> k.tuned().candidate().id());
    String carried = words.carried(id);
    climb
        .rungs()
        .explain(
            Rungs.MITIGATE, carried + cut.map(what -> " Cut short by " + what + ".").orElse(""));
    return new Outcome(kept, new MitigationPart(words.parts(), id, carried));
  }
}
