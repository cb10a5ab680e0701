package dev.tuneworthy.decision;

import dev.tuneworthy.retention.DestructionWatch;
import dev.tuneworthy.retention.RetentionSample;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.tuning.RetentionProbe.Reading;
import java.util.List;

/** What a training under way is watched with, and how what is seen is told to it. */
public final class DestructionProbe {
  /** Dev items of each capability; few, for there are many checkpoints. */
  private static final int ITEMS = 12;

  static final long SEED = 11;

  private DestructionProbe() {}

  /** The dev items that every checkpoint is asked. */
  public static RetentionSample sample(List<BaselineSuite> suites) {
    return RetentionSample.of(suites, ITEMS, SEED);
  }

  /**
   * A sight as a reading of the probe.
   *
   * @param holds whether the checkpoint may be kept, where only those that hold retention are; one
   *     that destroys the model never may
   */
  public static Reading reading(DestructionWatch.Sight sight, boolean holds) {
    return new Reading(
        sight.tally().n(),
        sight.tally().lost(),
        sight.tally().gained(),
        sight.logEvidence(),
        holds && !sight.destroyed(),
        sight.destroyed());
  }
}
