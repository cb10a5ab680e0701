package dev.tuneworthy.stats;

/** A closed interval of plausible values. */
public record Interval(double low, double high) {
  public Interval {
    if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new IllegalArgumentException(
          "an interval runs from a finite low to a high, not from " + low + " to " + high);
    }
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  public double width() {
    return high - low;
  }
}
