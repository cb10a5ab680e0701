package dev.tuneworthy.policy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the owner accepts.
 *
 * @param sha256 hash of the content, in lower-case hex
 */
public record Policy(
    String name,
    Goal goal,
    Traffic traffic,
    Quality quality,
    Retention retention,
    Optional<Duration> latencyP95,
    Optional<BigDecimal> maxCostPerMonth,
    Prices prices,
    boolean remoteExamples,
    Budget budget,
    String sha256) {

  /**
   * {@code CHEAPEST}: the cheapest that passes, unless a dearer one is worth it; {@code BEST}:
   * quality first.
   */
  public enum Goal {
    CHEAPEST,
    BEST
  }

  public record Traffic(long requestsPerMonth, int horizonMonths) {}

  /**
   * @param minimum least acceptable quality
   * @param margin gain that a dearer candidate must show
   * @param worthwhile gain that would matter; empty: 0.05 from 300 test examples, else 0.07
   */
  public record Quality(double minimum, double margin, Optional<Double> worthwhile) {}

  /** How the adapter meets other traffic. */
  public enum Deployment {
    /** Merged or always on: the whole drop counts. */
    SHARED,
    /** Active for this task's requests; a share {@code misrouteRate} of other traffic meets it. */
    ROUTED
  }

  public record Retention(
      Deployment deployment,
      double misrouteRate,
      double pooledMargin,
      double capabilityMargin,
      Optional<Double> misroutedMargin) {}

  /**
   * @param catalogue prices of models sold by the token, by model name
   * @param models own hardware, by model id
   */
  public record Prices(Map<String, TokenPrice> catalogue, Map<String, Hosting> models) {
    public Prices {
      catalogue = Map.copyOf(catalogue);
      models = Map.copyOf(models);
    }
  }

  /** USD a token; an absent cached price means that cached tokens cost what fresh ones do. */
  public record TokenPrice(BigDecimal input, BigDecimal output, Optional<BigDecimal> cachedInput) {}

  /**
   * Own hardware.
   *
   * @param hourly USD an hour of one replica
   * @param requestsPerSecond throughput of one replica; empty: measured in the run
   */
  public record Hosting(
      BigDecimal hourly,
      double utilisation,
      int minimumReplicas,
      Optional<Double> requestsPerSecond,
      String hardware) {}

  public record Budget(Duration time, long tokens, BigDecimal money) {}
}
