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
 * order of their cost, and the first that passes the retention gate ends the search. Of every
 * training, shares are tried too, for a dial costs no training. Retention-dev steers: a candidate
 * meets retention-test only if it loses there so little that its bound can pass, and has lost no
 * more than {@value #MOST_QUALITY_LOST} of the plain adapter's quality on dev. Where none does
 * both, the best on dev of those that hold gets its chance. Where none passes, the best that the
 * gate leaves open is kept; after {@value #MOST_OPEN} of these the search ends, for one of many
 * looks at the same items would pass by luck.
 */
final class MitigateRung {
  /** Task quality that keeping knowledge may cost. */
  static final double MOST_QUALITY_LOST = 0.03;

  private static final int MOST_OPEN = 2;

  /** Shares of an adapter, after the whole one. */
  private static final double[] DIALS = {0.75, 0.5, 0.25};

  private static final double ROUNDING = 1e-9;

  private final Climb climb;
  private final TuneRung tuneRung;
  private final RetentionRung retentionRung;
  private final RetentionSteering steering;

  /** What passed the gate, or was left open by it, with the measurement that says so. */
  record Kept(Tuned tuned, RetentionMeasurement measured) {}

  record Outcome(Optional<Kept> kept, MitigationPart part) {}

  /** What was tried so far, and what of it the gate left open. */
  private record Search(List<MitigationTried> tried, List<Kept> open) {
    boolean ended() {
      return open.size() >= MOST_OPEN;
    }

    boolean leftOpen(Tuned tuned) {
      return open.stream().anyMatch(met -> met.tuned().equals(tuned));
    }
  }

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

  /** Searches until one passes, nothing is left, or the budget ends. */
  Outcome run(Tuned plain) {
    Search search = new Search(new ArrayList<>(), new ArrayList<>());
    Optional<Kept> kept = Optional.empty();
    Optional<String> cut = Optional.empty();
    climb.spending().start(Rungs.MITIGATE);
    try {
      measured(plain, Means.PLAIN, search).gate(GateStatus.FAIL.name());
      kept = dialled(plain, Means.DIAL, search);
      for (MitigationChoice choice : MitigationChoice.inOrder(climb, plain.plan())) {
        if (kept.isPresent() || search.ended()) {
          break;
        }
        // Empty if it broke or destroyed the model, as the warnings say.
        Optional<Tuned> made = tuneRung.train(choice.plan(), plain.task(), Rungs.MITIGATE);
        kept = made.flatMap(tuned -> looked(tuned, choice.means(), search));
        // What is open as a whole would pass as a share by luck alone.
        kept =
            kept.or(
                () ->
                    made.filter(tuned -> !search.leftOpen(tuned))
                        .flatMap(tuned -> dialled(tuned, choice.means(), search)));
      }
      kept = kept.or(() -> secondBest(search));
    } catch (BudgetReached reached) {
      cut = Optional.of(reached.getMessage());
    }
    return told(search, kept.or(() -> bestOf(search.open())), cut);
  }

  /** Shares of an adapter, the largest first, as long as they do the task as well as they must. */
  private Optional<Kept> dialled(Tuned whole, Means means, Search search) {
    double least = climb.request().policy().quality().minimum();
    Optional<Kept> kept = Optional.empty();
    double quality = whole.quality();
    for (int i = 0; i < DIALS.length && quality >= least && kept.isEmpty(); i++) {
      Tuned share = dialled(whole, DIALS[i]);
      kept = looked(share, means, search);
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
  private Optional<Kept> looked(Tuned tuned, Means means, Search search) {
    MitigationTried next = measured(tuned, means, search);
    boolean good = next.quality() >= search.tried().get(0).quality() - MOST_QUALITY_LOST - ROUNDING;
    return good && !search.ended() && steering.promises(next.drops())
        ? tested(next, search)
        : Optional.empty();
  }

  private MitigationTried measured(Tuned tuned, Means means, Search search) {
    RetentionSteering.Drops drops = steering.drops(tuned.candidate().id(), tuned.adapter());
    MitigationTried one = new MitigationTried(tuned, means, drops);
    search.tried().add(one);
    return one;
  }

  private Optional<Kept> tested(MitigationTried candidate, Search search) {
    RetentionMeasurement measured = retentionRung.measure(candidate.tuned());
    GateStatus status =
        RetentionGate.of(measured).judge(climb.request().policy().retention()).status();
    candidate.gate(status.name());
    Kept met = new Kept(candidate.tuned(), measured);
    if (status == GateStatus.UNKNOWN) {
      search.open().add(met);
    }
    return status == GateStatus.PASS || status == GateStatus.NOT_BINDING
        ? Optional.of(met)
        : Optional.empty();
  }

  /** The best on dev of those that hold there and are good enough for the policy. */
  private Optional<Kept> secondBest(Search search) {
    if (!search.open().isEmpty()) {
      return Optional.empty();
    }
    double minimum = climb.request().policy().quality().minimum();
    return search.tried().stream()
        .filter(one -> !one.tested() && one.quality() >= minimum)
        .filter(one -> steering.holds(one.drops()))
        .max(Comparator.comparingDouble(MitigationTried::quality))
        .flatMap(one -> tested(one, search));
  }

  private static Optional<Kept> bestOf(List<Kept> open) {
    return open.stream().max(Comparator.comparingDouble(one -> one.tuned().quality()));
  }

  private Outcome told(Search search, Optional<Kept> kept, Optional<String> cut) {
    MitigationWords words = new MitigationWords(search.tried());
    Optional<String> id = kept.map(k -> k.tuned().candidate().id());
    String carried = words.carried(id);
    climb
        .rungs()
        .explain(
            Rungs.MITIGATE, carried + cut.map(what -> " Cut short by " + what + ".").orElse(""));
    return new Outcome(kept, new MitigationPart(words.parts(), id, carried));
  }
}
