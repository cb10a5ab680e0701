package dev.tuneworthy.decision;

import java.util.Map;
import java.util.TreeMap;

/** Means of named figures over simulated rounds; not safe for several threads. */
final class BenchTally {
  private record Sum(double total, double squares, long count) {
    Sum plus(Sum other) {
      return new Sum(total + other.total, squares + other.squares, count + other.count);
    }
  }

  private final Map<String, Sum> sums = new TreeMap<>();

  void add(String figure, double value) {
    sums.merge(figure, new Sum(value, value * value, 1), Sum::plus);
  }

  void add(String figure, boolean hit) {
    add(figure, hit ? 1 : 0);
  }

  BenchTally plus(BenchTally other) {
    other.sums.forEach((figure, sum) -> sums.merge(figure, sum, Sum::plus));
    return this;
  }

  boolean has(String figure) {
    return sums.containsKey(figure);
  }

  long count(String figure) {
    return has(figure) ? sums.get(figure).count : 0;
  }

  double mean(String figure) {
    return has(figure) ? sums.get(figure).total / sums.get(figure).count : 0;
  }

  /** Monte-Carlo error of the mean, one standard error. */
  double error(String figure) {
    if (count(figure) < 2) {
      return 1;
    }
    Sum sum = sums.get(figure);
    double mean = sum.total / sum.count;
    return Math.sqrt(Math.max(0, sum.squares / sum.count - mean * mean) / sum.count);
  }
}
