package dev.tuneworthy.prompting;

/**
 * Which demonstrations a few-shot prompt shows.
 *
 * @param k how many
 * @param seed of the draw and of its order; the same plan on the same task draws the same ones.
 *     Where each question has its own, only what is equally near depends on it
 * @param order 0 for the order of the draw, a higher number for another order of the same examples
 */
public record ShotPlan(int k, Selection selection, long seed, int order) {
  /** More than any context window of a model that this program runs locally could hold. */
  public static final int MOST = 512;

  public ShotPlan {
    if (k < 1 || k > MOST) {
      throw new IllegalArgumentException("1 to " + MOST + " demonstrations, not " + k);
    }
    if (order < 0 || (order > 0 && selection.perQuestion())) {
      throw new IllegalArgumentException(
          "orders are counted from 0, which is the only one of "
              + "a selection for each question; not "
              + order
              + " of "
              + selection.label());
    }
  }

  /** The order of the draw. */
  public ShotPlan(int k, Selection selection, long seed) {
    this(k, selection, seed, 0);
  }

  /** The candidate's id, as {@code few-shot(k=8)} or {@code few-shot(k=8,balanced,seed=2)}. */
  public String id() {
    return "few-shot(k="
        + k
        + (selection == Selection.RANDOM ? "" : "," + selection.label())
        + (seed == 0 ? "" : ",seed=" + seed)
        + (order == 0 ? "" : ",order=" + order)
        + ")";
  }
}
