package dev.tuneworthy.prompting;

/**
 * Which demonstrations a few-shot prompt shows.
 *
 * @param k how many
 * @param seed of the draw and of the order; the same plan on the same task draws the same ones
 */
public record ShotPlan(int k, Selection selection, long seed) {
  /** More than any context window of a model that this program runs locally could hold. */
  public static final int MOST = 512;

  public ShotPlan {
    if (k < 1 || k > MOST) {
      throw new IllegalArgumentException("1 to " + MOST + " demonstrations, not " + k);
    }
  }

  /** The candidate's id, as {@code few-shot(k=8)} or {@code few-shot(k=8,balanced,seed=2)}. */
  public String id() {
    return "few-shot(k="
        + k
        + (selection == Selection.RANDOM ? "" : "," + selection.label())
        + (seed == 0 ? "" : ",seed=" + seed)
        + ")";
  }
}
