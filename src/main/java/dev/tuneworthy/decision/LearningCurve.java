package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.CurvePoint;
import dev.tuneworthy.decision.DecisionRecord.LearningCurvePart;
import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.stats.PowerLaw;
import dev.tuneworthy.stats.Wilson;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Whether more training data would change a verdict: the quality that twice the data would bring by
 * a {@link PowerLaw} through the measured points, against the quality that a tuned candidate needs.
 * The answer goes by bounds, each of 95 % one-sided confidence: MORE_DATA where even the lower
 * bound is enough, NOT_DATA where even the upper one is not, else OPEN. Pure.
 */
final class LearningCurve {
  /** One-sided 95 % to either side. */
  private static final double TWO_SIDED = 0.90;

  private static final double MEASURED = 0.95;

  private LearningCurve() {}

  enum Answer {
    /** By the curve twice the data is enough. */
    MORE_DATA,
    /** By the curve twice the data is not enough. */
    NOT_DATA,
    /** The curve is too uncertain. */
    OPEN
  }

  /**
   * A training on some of the examples, measured.
   *
   * @param right of the judged items
   * @param effect of clusters of items on the variance, as {@code DesignEffect} finds it
   */
  record Measured(int examples, int right, int judged, double effect) {
    /** Independent items. */
    Measured(int examples, int right, int judged) {
      this(examples, right, judged, 1);
    }

    private PowerLaw.Point point() {
      double items = Math.max(1, judged / effect);
      return new PowerLaw.Point(examples, items * (judged - right) / judged, items);
    }

    private CurvePoint part() {
      Interval interval = Wilson.interval(right, judged, MEASURED, effect);
      return new CurvePoint(
          examples, judged, (double) right / judged, interval.low(), interval.high());
    }
  }

  /**
   * What a tuned candidate needs to be chosen.
   *
   * @param why in words, as {@code the minimum of the policy}
   */
  record Needed(double quality, String why) {}

  /**
   * Reads the curve.
   *
   * @param measured two points at least, judged on the same items
   */
  static LearningCurvePart of(
      String candidate, String split, List<Measured> measured, Needed needed) {
    List<Measured> points =
        measured.stream().sorted(Comparator.comparingInt(Measured::examples)).toList();
    PowerLaw law = PowerLaw.fit(points.stream().map(Measured::point).toList());
    Measured most = points.get(points.size() - 1);
    int doubled = 2 * most.examples();
    Interval error = law.error(doubled, TWO_SIDED);
    Interval quality = new Interval(1 - error.high(), 1 - error.low());
    double predicted = 1 - law.error(doubled);
    Interval exponent = law.exponent(MEASURED);
    Answer answer = answer(quality, needed);
    return new LearningCurvePart(
        candidate,
        split,
        points.stream().map(Measured::part).toList(),
        law.exponent(),
        exponent.low(),
        exponent.high(),
        doubled,
        predicted,
        quality.low(),
        quality.high(),
        needed.quality(),
        needed.why(),
        answer.name(),
        words(points, doubled, predicted, quality, needed, answer));
  }

  private static Answer answer(Interval quality, Needed needed) {
    if (quality.low() >= needed.quality()) {
      return Answer.MORE_DATA;
    }
    return quality.high() < needed.quality() ? Answer.NOT_DATA : Answer.OPEN;
  }

  private static String words(
      List<Measured> points,
      int doubled,
      double predicted,
      Interval quality,
      Needed needed,
      Answer answer) {
    Measured most = points.get(points.size() - 1);
    String curve =
        String.format(
            Locale.ROOT,
            "From %d to %d training examples the quality went from %.1f to %.1f %%; by the curve %d"
                + " would bring %.1f %% (%.1f to %.1f %%), and %.1f %% are needed (%s). ",
            points.get(0).examples(),
            most.examples(),
            100.0 * points.get(0).right() / points.get(0).judged(),
            100.0 * most.right() / most.judged(),
            doubled,
            100 * predicted,
            100 * quality.low(),
            100 * quality.high(),
            100 * needed.quality(),
            needed.why());
    return curve
        + switch (answer) {
          case MORE_DATA -> "Twice the data would probably be enough.";
          case NOT_DATA ->
              "Twice the data would not change the verdict: more data is not the answer.";
          case OPEN -> "Whether twice the data would be enough cannot be told from these points.";
        };
  }
}
