package dev.tuneworthy.evaluation;

import java.util.Arrays;
import java.util.List;

/**
 * How long one request takes, from the moment it is put until its whole answer is there.
 *
 * @param p50Millis median, by nearest rank
 * @param p95Millis 95th percentile, by nearest rank
 * @param n answered requests measured
 * @param note {@code network included} for a remote model, else empty
 */
public record Latency(double p50Millis, double p95Millis, int n, String note) {
  /** From the nanoseconds of each request. */
  static Latency of(List<Long> nanos, String note) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Latency(nearestRank(sorted, 0.50), nearestRank(sorted, 0.95), sorted.length, note);
  }

  /**
   * The nearest-rank percentile: the ⌈p·n⌉-th smallest value, always one that was measured (Hyndman
   * and Fan 1996, definition 1).
   *
   * @param sorted nanoseconds, ascending
   * @return milliseconds
   */
  private static double nearestRank(long[] sorted, double p) {
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no requests " + Arrays.toString(sorted));
    }
    int rank = Math.max(1, (int) Math.ceil(p * sorted.length));
    return sorted[rank - 1] / 1e6;
  }
}
