package dev.tuneworthy.task;

import java.util.Arrays;
import java.util.Optional;

/** How answers are judged; the label is the name used in task files. */
public enum Metric {
  ACCURACY("accuracy"),
  F1_MACRO("f1-macro"),
  CONTAINS("contains"),
  NUMERIC("numeric"),
  JSON("json"),
  REGEX("regex");

  private final String label;

  Metric(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /** The metric of that label. */
  public static Optional<Metric> of(String label) {
    return Arrays.stream(values()).filter(metric -> metric.label.equals(label)).findFirst();
  }
}
