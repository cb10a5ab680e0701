package dev.tuneworthy.stats;

import java.util.List;

/**
 * An error that falls with the number of training examples, e(n) = a &middot; n<sup>-b</sup>
 * (Cortes et al. 1993, "Learning curves: asymptotic values and rate of convergence"; Hestness et
 * al. 2017, "Deep learning scaling is predictable, empirically"), fitted to a few measured points
 * by weighted least squares of log e on log n (Figueroa et al. 2012, "Predicting sample size
 * required for classification performance", who weigh as well). Weights are those of a measured
 * share: the variance of its logarithm is (1 - e)/(m e) with m judged items (delta method), half an
 * error added to none. Points on the same items are taken as independent, which makes the slope
 * look less certain than it is. Where the points scatter more than that, as trainings do, errors
 * are raised by the root of &chi;&sup2; over its degrees of freedom (Birge 1932).
 *
 * <p>Assumes that the error goes on falling to 0; a floor cannot be told from three points, so a
 * prediction far beyond the data is too hopeful. Twice the data is not far.
 */
public final class PowerLaw {
  private final double intercept;
  private final double slope;
  private final double centre;
  private final double varianceOfMean;
  private final double varianceOfSlope;

  private PowerLaw(
      double intercept,
      double slope,
      double centre,
      double varianceOfMean,
      double varianceOfSlope) {
    this.intercept = intercept;
    this.slope = slope;
    this.centre = centre;
    this.varianceOfMean = varianceOfMean;
    this.varianceOfSlope = varianceOfSlope;
  }

  /**
   * A measured point.
   *
   * @param examples trained on, at least 1
   * @param wrong of the judged items
   * @param judged at least 1
   */
  public record Point(int examples, double wrong, double judged) {
    public Point {
      if (examples < 1 || !(judged >= 1) || !(wrong >= 0 && wrong <= judged)) {
        throw new IllegalArgumentException(
            wrong + " wrong of " + judged + " items after " + examples + " examples");
      }
    }

    private double error() {
      return (wrong + 0.5) / (judged + 1);
    }

    private double weight() {
      return (judged + 1) * error() / (1 - error());
    }
  }

  /**
   * Fits the law.
   *
   * @param points at least two numbers of examples
   */
  public static PowerLaw fit(List<Point> points) {
    double weights = 0;
    double meanX = 0;
    double meanY = 0;
    for (Point each : points) {
      weights += each.weight();
      meanX += each.weight() * Math.log(each.examples());
      meanY += each.weight() * Math.log(each.error());
    }
    meanX /= weights;
    meanY /= weights;
    double squares = 0;
    double products = 0;
    for (Point each : points) {
      double x = Math.log(each.examples()) - meanX;
      squares += each.weight() * x * x;
      products += each.weight() * x * (Math.log(each.error()) - meanY);
    }
    if (!(squares > 1e-12)) {
      throw new IllegalArgumentException("a curve needs two numbers of examples: " + points);
    }
    double slope = products / squares;
    double scatter = scatter(points, meanX, meanY, slope);
    return new PowerLaw(meanY, slope, meanX, scatter / weights, scatter / squares);
  }

  /** &chi;&sup2; over its degrees of freedom, at least 1. */
  private static double scatter(List<Point> points, double meanX, double meanY, double slope) {
    int freedom = points.size() - 2;
    if (freedom < 1) {
      return 1;
    }
    double sum = 0;
    for (Point each : points) {
      double fitted = meanY + slope * (Math.log(each.examples()) - meanX);
      double off = Math.log(each.error()) - fitted;
      sum += each.weight() * off * off;
    }
    return Math.max(1, sum / freedom);
  }

  /** b: 0 where more data changes nothing, negative where it harms. */
  public double exponent() {
    return -slope;
  }

  /** The two-sided interval of b. */
  public Interval exponent(double confidence) {
    double half = Normal.twoSided(confidence) * Math.sqrt(varianceOfSlope);
    return new Interval(-slope - half, -slope + half);
  }

  /** The error to be expected after so many examples, at most 1. */
  public double error(double examples) {
    return Math.min(1, Math.exp(intercept + slope * (Math.log(examples) - centre)));
  }

  /** The two-sided interval of the true error after so many examples. */
  public Interval error(double examples, double confidence) {
    double x = Math.log(examples) - centre;
    double spread = Math.sqrt(varianceOfMean + x * x * varianceOfSlope);
    double factor = Math.exp(Normal.twoSided(confidence) * spread);
    double middle = Math.exp(intercept + slope * x);
    return new Interval(Math.min(1, middle / factor), Math.min(1, middle * factor));
  }
}
