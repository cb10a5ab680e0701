package dev.tuneworthy.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * Own hardware by the hour. The load is taken as spread evenly over the month: no peak is assumed
 * beyond what {@code utilisation} leaves free, so choose that for the peak.
 *
 * @param hourly USD an hour of one replica
 * @param utilisation share of its throughput that a replica may be loaded with, in (0, 1]
 * @param minimumReplicas kept running however low the load
 * @param requestsPerSecond throughput of one replica; empty: measured in the run
 * @param hardware what a replica is, as {@code 2 vCPU}; blank: whatever the run measured on
 */
public record Hosting(
    BigDecimal hourly,
    double utilisation,
    int minimumReplicas,
    Optional<Double> requestsPerSecond,
    String hardware) {
  /** Hours of a month: 365 days of 24 hours over 12. */
  public static final int HOURS_A_MONTH = 730;

  private static final BigDecimal SECONDS_A_MONTH = BigDecimal.valueOf(HOURS_A_MONTH * 3600L);

  public Hosting {
    if (hourly.signum() < 0
        || !(utilisation > 0 && utilisation <= 1)
        || minimumReplicas < 0
        || !requestsPerSecond.map(Hosting::positive).orElse(true)) {
      throw new IllegalArgumentException(
          "hosting at "
              + hourly
              + " an hour, utilisation "
              + utilisation
              + ", "
              + minimumReplicas
              + " replicas, "
              + requestsPerSecond
              + " requests a second");
    }
  }

  /**
   * max(minimum replicas, &lceil;load / (throughput &times; utilisation)&rceil;), the load being
   * requests a month over the seconds of a month.
   *
   * @param throughput requests a second of one replica, positive
   */
  public long replicas(long requestsPerMonth, double throughput) {
    if (!positive(throughput)) {
      throw new IllegalArgumentException("throughput must be positive, not " + throughput);
    }
    BigDecimal capacity =
        BigDecimal.valueOf(throughput)
            .multiply(BigDecimal.valueOf(utilisation))
            .multiply(SECONDS_A_MONTH);
    BigDecimal needed =
        BigDecimal.valueOf(requestsPerMonth).divide(capacity, 0, RoundingMode.CEILING);
    return Math.max(minimumReplicas, needed.longValueExact());
  }

  public Money monthly(long requestsPerMonth, double throughput) {
    return new Money(hourly).times(HOURS_A_MONTH).times(replicas(requestsPerMonth, throughput));
  }

  private static boolean positive(double rate) {
    return rate > 0 && Double.isFinite(rate);
  }
}
