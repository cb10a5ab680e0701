package dev.tuneworthy.cost;

import java.util.Locale;

/**
 * What one replica was measured to answer, on which hardware.
 *
 * @param requestsPerSecond positive
 * @param hardware as {@code 2 vCPU}
 */
public record Throughput(double requestsPerSecond, String hardware) {
  public Throughput {
    if (!(requestsPerSecond > 0 && Double.isFinite(requestsPerSecond))) {
      throw new IllegalArgumentException("throughput must be positive, not " + requestsPerSecond);
    }
  }

  /** Whether this was measured on the named hardware; a blank name means "on whatever it was". */
  boolean countsFor(String other) {
    return other.isBlank() || plain(other).equals(plain(hardware));
  }

  private static String plain(String name) {
    return name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }
}
