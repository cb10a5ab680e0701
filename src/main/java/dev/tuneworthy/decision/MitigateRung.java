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
 * order of what they keep for their cost, and the first that the retention gate does not fail ends
 * the search: where it is left open, what comes after it keeps less, and one of many looks at the
 * same items would pass by luck. Of every training, shares are tried too, for a dial costs no
 * training. Retention-dev steers: a candidate meets retention-test only if it loses there so little
 * that its bound can pass, and has lost no more than {@value #MOST_QUALITY_LOST} of the plain
 * adapter's quality on dev. Where none does both, the best on dev of those that hold gets its
 * chance.
 */
final class MitigateRung {
  /** Task quality that keeping knowledge may cost. */
  static final double MOST_QUALITY_LOST = 0.03;

  /** Shares of an adapter, after the whole one. */
  private static final double[] DIALS = {0.75, 0.5, 0.25};

  private static final double ROUNDING = 1e-9;

  private final Climb climb;
  private final TuneRung tuneRung;
  private final RetentionRung retentionRung;
  private final RetentionSteering steering;

  /** What the gate passed or left open, with the measurement that says so. */
  record Kept(Tuned tuned, RetentionMeasurement measured) {}

  record Outcome(Optional<Kept> kept, MitigationPart part) {}

  MitigateRung(
      Climb climb, TuneRung tuneRung, RetentionRung retentionRung, RetentionSteering steering) {
    this.climb = climb;
    this.tuneRung = tuneRung;
    this.retentionRung = retentionRung;
    this.steering = steering;
  }

  /** How many shares of an adapter are looked at, at most. */
  static int dials() {
    return DIALS.length;
  }

  /** Searches until one does not fail, nothing is left, or the budget ends. */
  Outcome run(Tuned plain) {
    List<MitigationTried> tried = new ArrayList<>();
    Optional<Kept> kept = Optional.empty();
    Optional<String> cut = Optional.empty();
    climb.spending().start(Rungs.MITIGATE);
    try {
      measured(plain, Means.PLAIN, tried).gate(GateStatus.FAIL.name());
      kept = dialled(plain, Means.DIAL, tried);
      for (MitigationChoice choice : MitigationChoice.inOrder(climb, plain.plan())) {
        if (kept.isPresent()) {
          break;
        }
        // Empty if it broke or destroyed the model, as the warnings say.
        Optional<Tuned> made = tuneRung.train(choice.plan(), plain.task(), Rungs.MITIGATE);
        kept = made.flatMap(tuned -> looked(tuned, choice.means(), tried));
        kept = kept.or(() -> made.flatMap(tuned -> dialled(tuned, choice.means(), tried)));
      }
      kept = kept.or(() -> secondBest(tried));
    } catch (BudgetReached reached) {
      cut = Optional.of(reached.getMessage());
    }
    return told(tried, kept, cut);
  }

  /** Shares of an adapter, the largest first, as long as they do the task as well as they must. */
  private Optional<Kept> dialled(Tuned whole, Means means, List<MitigationTried> tried) {
    double least = climb.request().policy().quality().minimum();
    Optional<Kept> kept = Optional.empty();
    double quality = whole.quality();
    for (int i = 0; i < DIALS.length && quality >= least && kept.isEmpty(); i++) {
      Tuned share = dialled(whole, DIALS[i]);
      kept = looked(share, means, tried);
      quality = share.quality();
    }
    return kept;
  }

  private Tuned dialled(Tuned whole, double dial) {
    PeftAdapter adapter = whole.adapter().dialled(dial);
    String id = whole.candidate().id() + "+dial(" + dial + ")";
    return tuneRung.judged(id, adapter, whole.plan(), whole.task());
  }

  /** Looks at a candidate on dev, and on test if it promises to pass. */
  private Optional<Kept> looked(Tuned tuned, Means means, List<MitigationTried> tried) {
    MitigationTried next = measured(tuned, means, tried);
    boolean good = next.quality() >= tried.get(0).quality() - MOST_QUALITY_LOST - ROUNDING;
    return good && steering.promises(next.drops()) ? tested(next) : Optional.empty();
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
    return status == GateStatus.FAIL
        ? Optional.empty()
        : Optional.of(new Kept(candidate.tuned(), measured));
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
