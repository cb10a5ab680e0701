package dev.tuneworthy.decision;

import dev.tuneworthy.decision.MitigationChoice.Means;
import dev.tuneworthy.decision.TuneRung.Tuned;

/** One candidate of the mitigate rung: what it is worth on dev, and whether it met the gate. */
final class MitigationTried {
  static final String NOT_TESTED = "not tested";

  private final Tuned tuned;
  private final Means means;
  private final RetentionSteering.Drops drops;
  private String gate = NOT_TESTED;

  MitigationTried(Tuned tuned, Means means, RetentionSteering.Drops drops) {
    this.tuned = tuned;
    this.means = means;
    this.drops = drops;
  }

  Tuned tuned() {
    return tuned;
  }

  Means means() {
    return means;
  }

  RetentionSteering.Drops drops() {
    return drops;
  }

  double quality() {
    return tuned.quality();
  }

  /** The status at the gate, or {@value #NOT_TESTED}. */
  String gate() {
    return gate;
  }

  void gate(String status) {
    gate = status;
  }

  boolean tested() {
    return !gate.equals(NOT_TESTED);
  }
}
