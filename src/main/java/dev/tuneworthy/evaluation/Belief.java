package dev.tuneworthy.evaluation;

/**
 * What a candidate believed of one item where choices are scored: probabilities among the choices,
 * after calibration.
 *
 * @param answered of the choice that it took
 * @param expected of the choice that is said to be right
 */
public record Belief(double answered, double expected) {
  public Belief {
    if (!(answered >= 0 && answered <= 1 && expected >= 0 && expected <= 1)) {
      throw new IllegalArgumentException(
          "probabilities lie between 0 and 1, not " + answered + " and " + expected);
    }
  }
}
