package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Latency;
import dev.tuneworthy.evaluation.LatencyProbe;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The confirm rung: every finalist meets <i>test</i> once, on the same items in the same mode, and
 * is timed on single, warm, uncached requests.
 */
final class Confirmation {
  private final Climb climb;
  private final LongSupplier nanoClock;

  /**
   * A finalist on test.
   *
   * @param timing empty if the budget ended before it was timed
   */
  record Confirmed(Candidate candidate, Trial trial, Optional<Journal.Timing> timing) {}

  Confirmation(Climb climb, LongSupplier nanoClock) {
    this.climb = climb;
    this.nanoClock = nanoClock;
  }

  /** Confirms as many as the budget allows, in order; all meet test before any is timed. */
  List<Confirmed> run(List<Candidate> finalists) {
    climb.budget().release();
    climb.lookAtTest();
    List<Example> test = climb.task().split(Split.TEST);
    List<Confirmed> confirmed = new ArrayList<>();
    try {
      for (Candidate each : finalists) {
        Trial trial = climb.journal().time(piece(each), () -> climb.trial(each, Split.TEST, test));
        confirmed.add(new Confirmed(each, trial, Optional.empty()));
      }
      for (int i = 0; i < confirmed.size(); i++) {
        Confirmed each = confirmed.get(i);
        Journal.Timing timing =
            climb.journal().time(piece(each.candidate()), () -> timed(each.candidate()));
        confirmed.set(i, new Confirmed(each.candidate(), each.trial(), Optional.of(timing)));
      }
    } catch (BudgetReached reached) {
      climb.warn("confirm: cut short by " + reached.getMessage() + ".");
    }
    return confirmed;
  }

  static String piece(Candidate candidate) {
    return "confirm/" + candidate.approach().label();
  }

  /** Timed once for a decision, also if it is interrupted afterwards. */
  private Journal.Timing timed(Candidate candidate) {
    String key = candidate.fingerprint() + " " + climb.mode().label();
    Journal.Timing timing = climb.journal().timing(key).orElseGet(() -> measured(candidate));
    climb.journal().keep(key, timing);
    if (candidate.model().remote()) {
      climb.spending().addSold(timing.usage());
    } else {
      climb.spending().addLocal(timing.usage().total());
    }
    return timing;
  }

  private Journal.Timing measured(Candidate candidate) {
    LatencyProbe.Timing timing =
        new LatencyProbe(nanoClock)
            .measure(
                candidate,
                climb.task().split(Split.TEST),
                climb.mode(),
                climb.decoding(),
                climb.progress());
    return new Journal.Timing(
        timing.millis(),
        timing.latency().map(Latency::p50Millis).orElse(0.0),
        timing.latency().map(Latency::p95Millis).orElse(0.0),
        timing.latency().map(Latency::note).orElse(""),
        timing.requestsPerSecond().orElse(0),
        timing.tokens().cached(),
        timing.tokens().fresh(),
        timing.tokens().output());
  }
}
