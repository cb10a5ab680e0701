package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.PeftAdapter;
import java.util.List;

/**
 * A finished training.
 *
 * @param adapter of the epoch with the best dev quality
 * @param curve what was measured at the end of each epoch
 * @param trainedTokens tokens that a step would process without a shared prefix, over all steps
 * @param seconds of steps, without dev checks; summed over interruptions
 * @param bestEpoch counted from 1; 0 if no epoch was finished without divergence
 * @param diverged whether training ended because the loss was no longer a number
 */
public record TrainingResult(
    PeftAdapter adapter,
    List<EpochPoint> curve,
    long trainedTokens,
    double seconds,
    int bestEpoch,
    boolean diverged,
    double examplesPerSecond) {
  public TrainingResult {
    curve = List.copyOf(curve);
  }

  /**
   * Where the training stood at one check on dev.
   *
   * @param epoch counted from 1
   * @param trainLoss mean loss of the epoch's steps, in nats a token
   */
  public record EpochPoint(int epoch, int step, double trainLoss, double devQuality) {}
}
