package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import java.util.List;
import java.util.Optional;

/**
 * How many test items flip under a change that should not matter: the adapter at so small a share
 * that nothing can be learnt or lost. Items on which the base model hesitates fall either way, and
 * a drop that such flips alone would reach is noise.
 *
 * @param scale share of the adapter that was measured
 */
public record FlipFloor(double scale, List<Mode> modes) {
  /** Share of an adapter that should not matter. */
  public static final double SCALE = 0.02;

  /** Under these no reserve is drawn: the floor is of the test items. */
  public static final RetentionLimits LIMITS = new RetentionLimits(true, 0, 1, 1, Optional.empty());

  /** Of the normal distribution, one-sided 95 %. */
  private static final double Z = 1.645;

  public FlipFloor {
    modes = List.copyOf(modes);
  }

  /**
   * One mode.
   *
   * @param tally of all capabilities at which the base model is above chance
   */
  public record Mode(AnswerMode mode, Tally tally) {
    /**
     * The drop that flips as many as these reach over {@code n} items in one of twenty harmless
     * changes, each falling either way alike: z &radic;(&psi;/n).
     */
    public double reach(int n) {
      return n == 0 ? 1 : Math.min(1, Z * Math.sqrt(tally.counts().discordance() / n));
    }
  }

  /** The floor from base against the base with a share of the adapter. */
  public static FlipFloor of(double scale, RetentionMeasurement measured) {
    return new FlipFloor(
        scale,
        measured.modes().stream()
            .map(mode -> new Mode(mode.mode(), Pool.of(mode).tally()))
            .toList());
  }
}
