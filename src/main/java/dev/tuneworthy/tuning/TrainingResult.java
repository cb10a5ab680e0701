package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.PeftAdapter;
import java.util.List;
import java.util.Optional;

/**
 * A finished training.
 *
 * @param adapter of the epoch with the best dev quality; untrained if there is none
 * @param curve what was measured at the end of each epoch
 * @param trainedTokens tokens that a step would process without a shared prefix, over all steps
 * @param seconds of steps, without dev checks; summed over interruptions
 * @param bestEpoch counted from 1; 0 if no epoch was finished without divergence, or if no
 *     checkpoint held what an early stop asks for
 * @param diverged whether training ended because the loss or a gradient was no longer a number
 * @param probes what was forgotten at each checkpoint, where that was looked at
 * @param stopped why training ended early, if it was seen to destroy the model
 */
public record TrainingResult(
    PeftAdapter adapter,
    List<EpochPoint> curve,
    long trainedTokens,
    double seconds,
    int bestEpoch,
    boolean diverged,
    double examplesPerSecond,
    List<ProbePoint> probes,
    Optional<String> stopped) {
  public TrainingResult {
    curve = List.copyOf(curve);
    probes = List.copyOf(probes);
  }

  /** A training that was not probed. */
  public TrainingResult(
      PeftAdapter adapter,
      List<EpochPoint> curve,
      long trainedTokens,
      double seconds,
      int bestEpoch,
      boolean diverged,
      double examplesPerSecond) {
    this(
        adapter,
        curve,
        trainedTokens,
        seconds,
        bestEpoch,
        diverged,
        examplesPerSecond,
        List.of(),
        Optional.empty());
  }

  /** Whether there is an epoch whose adapter can be used. */
  public boolean usable() {
    return bestEpoch > 0;
  }

  /** What became of a training that diverged, as a sentence; empty if it did not. */
  public Optional<String> divergence() {
    if (!diverged) {
      return Optional.empty();
    }
    String what = "the training diverged (its loss or a gradient is no longer a number)";
    return Optional.of(
        usable()
            ? what + "; kept is epoch " + bestEpoch + ", the best on dev before that."
            : what + " in its first epoch, so there is no adapter.");
  }

  /** Why a training that went well left no adapter, as a sentence; empty if it left one. */
  public Optional<String> nothingHeld() {
    return usable() || diverged || stopped.isPresent()
        ? Optional.empty()
        : Optional.of("no checkpoint kept enough of what the model knew, so there is no adapter.");
  }

  /**
   * Where the training stood at one check on dev.
   *
   * @param epoch counted from 1
   * @param trainLoss mean loss of the epoch's steps, in nats a token
   */
  public record EpochPoint(int epoch, int step, double trainLoss, double devQuality) {}

  /**
   * What a checkpoint had forgotten.
   *
   * @param klToBase mean KL(base ‖ tuned) at the answers of some training examples, in nats a token
   */
  public record ProbePoint(int step, double klToBase, RetentionProbe.Reading reading) {}
}
