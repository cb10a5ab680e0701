package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.DestructionWatch;
import dev.tuneworthy.retention.RetentionLimits;
import dev.tuneworthy.retention.RetentionSample;
import dev.tuneworthy.retention.Tally;
import dev.tuneworthy.tuning.RetentionProbe;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What retention-dev says while the ladder searches: a probe for trainings under way and a sample
 * for finished adapters. It steers and decides nothing. Its tokens go into the journal, where a run
 * that was interrupted finds them.
 */
final class RetentionSteering {
  /** Items of each capability and mode for an adapter that is to be compared. */
  private static final int SAMPLE = 25;

  /** Of each capability and mode, where the sample leaves it open. */
  private static final int ALL = 50;

  private static final int EARLY_STOP = 4;

  private final Climb climb;
  private final Supplier<QuestionRunner> runners;
  private final BaselineComparison comparison;

  /** What an adapter lost in each mode. */
  record Drops(Tally choose, Tally generate) {
    double worst() {
      return Math.max(choose.drop(), generate.drop());
    }
  }

  RetentionSteering(Climb climb, Supplier<QuestionRunner> runners, BaselineComparison comparison) {
    this.climb = climb;
    this.runners = runners;
    this.comparison = comparison;
  }

  /**
   * A probe for a training, where there is something to ask.
   *
   * @param id of the candidate that is trained
   * @param choosing whether each checkpoint must also say if it may be kept
   */
  Optional<RetentionProbe> probe(String id, boolean choosing) {
    RetentionSample watched = DestructionProbe.sample(climb.request().suites());
    if (watched.size(AnswerMode.CHOOSE) == 0) {
      return Optional.empty();
    }
    RetentionSample few = sample(EARLY_STOP);
    return Optional.of(
        (adapter, checkpoints) ->
            asking(
                id,
                adapter,
                pair -> {
                  DestructionWatch.Sight sight =
                      new DestructionWatch(watched)
                          .look(pair.base(), pair.tuned(), checkpoints, climb.progress());
                  boolean holds = !choosing || (!sight.destroyed() && holds(drops(few, pair)));
                  return DestructionProbe.reading(sight, holds);
                }));
  }

  /**
   * What an adapter lost of the dev sample; where that is neither little nor too much, of all dev
   * items.
   */
  Drops drops(String id, PeftAdapter adapter) {
    return asking(
        id,
        adapter,
        pair -> {
          Drops few = drops(sample(SAMPLE), pair);
          return holds(few) && !promises(few) ? drops(sample(ALL), pair) : few;
        });
  }

  /** Whether the observed drops, as far as traffic meets them, are under the pooled margin. */
  boolean holds(Drops drops) {
    return drops.worst() < mostLost();
  }

  /**
   * Whether the gate is likely to pass: it wants the bound under the margin, and that takes an
   * observed drop of about half of it.
   */
  boolean promises(Drops drops) {
    return drops.worst() < mostLost() / 2;
  }

  /** The drop that is too large: the pooled margin over the share of traffic that meets it. */
  private double mostLost() {
    Policy.Retention policy = climb.request().policy().retention();
    RetentionLimits limits = RetentionGate.limits(policy);
    return policy.pooledMargin() / limits.appliedShare();
  }

  /**
   * Free answers first, since tuning shows there first; what is lost there beyond the margin needs
   * no more than a look at the likelihoods.
   */
  private Drops drops(RetentionSample sample, BaselineComparison.Pair pair) {
    double most = mostLost();
    Tally generate =
        sample.compareUntilClear(
            AnswerMode.GENERATE, most, pair.base(), pair.tuned(), climb.progress());
    int choices = sample.size(AnswerMode.CHOOSE);
    Tally choose =
        generate.drop() < most
            ? sample.compareUntilClear(
                AnswerMode.CHOOSE, most, pair.base(), pair.tuned(), climb.progress())
            : sample.compare(
                AnswerMode.CHOOSE,
                0,
                Math.min(choices, RetentionSample.PART),
                pair.base(),
                pair.tuned(),
                climb.progress());
    return new Drops(choose, generate);
  }

  private RetentionSample sample(int perCapability) {
    return RetentionSample.of(climb.request().suites(), perCapability, DestructionProbe.SEED);
  }

  private <T> T asking(String id, PeftAdapter adapter, Function<BaselineComparison.Pair, T> work) {
    QuestionRunner ofTuned = runners.get();
    T result = comparison.asking(climb.bench(), id, adapter, ofTuned, ofBase -> {}, work);
    climb.count("steering " + adapter.sha256(), ofTuned.used().total());
    return result;
  }
}
