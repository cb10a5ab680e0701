package dev.tuneworthy.cost;

/**
 * Training anew as what is asked changes.
 *
 * @param everyMonths positive
 * @param each what it costs every time
 */
public record Retraining(int everyMonths, Cost each) {
  public Retraining {
    if (everyMonths < 1) {
      throw new IllegalArgumentException(
          "a model is trained anew after 1 or more months, not " + everyMonths);
    }
  }

  /**
   * How often within so many months, the first training not counted: &lceil;m / n&rceil; &minus; 1.
   */
  public int times(int months) {
    return Math.max(0, (months + everyMonths - 1) / everyMonths - 1);
  }

  Cost over(int months) {
    int times = times(months);
    return times == 0 ? Cost.zero() : each.times(times);
  }
}
