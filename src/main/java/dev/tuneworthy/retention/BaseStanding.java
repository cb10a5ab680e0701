package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.stats.Wilson;

/**
 * How the base model stands in one capability and mode, on dev and test items together.
 *
 * @param n items that it answered
 * @param chance share right of somebody who guesses
 */
public record BaseStanding(String capability, AnswerMode mode, int n, int right, double chance) {
  /** The smallest loss in one capability that the gate is built to catch. */
  public static final double ROOM = 0.1;

  public double accuracy() {
    return n == 0 ? 0 : (double) right / n;
  }

  /** Of the accuracy: Wilson, 95 %. */
  public Interval interval() {
    return Wilson.interval(right, n, RetentionRule.CONFIDENCE);
  }

  /**
   * Whether there is enough to lose: the lower end of the interval is at least {@value #ROOM} above
   * chance, so that a loss of that size still leaves the model above it.
   */
  public boolean showsALoss() {
    return interval().low() >= chance + ROOM;
  }
}
