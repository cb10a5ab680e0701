package dev.tuneworthy.policy;

import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.TokenPrice;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * What the owner accepts.
 *
 * @param sha256 hash of the content, prices included, in lower-case hex
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
   * quality first, cost only between equals.
   */
  public enum Goal {
    CHEAPEST,
    BEST
  }

  /**
   * How much work the task will be, and how it changes.
   *
   * @param batchShare share of the requests that may wait for hours, so that a model sold by the
   *     token answers them at its prices for batches
   * @param retraining of a tuned model; empty where it stays as it was trained
   */
  public record Traffic(
      long requestsPerMonth,
      int horizonMonths,
      double batchShare,
      Optional<Retraining> retraining) {
    /** Nothing may wait and nothing is trained anew. */
    public Traffic(long requestsPerMonth, int horizonMonths) {
      this(requestsPerMonth, horizonMonths, 0, Optional.empty());
    }

    /** The same kind of traffic in another amount, or for longer. */
    public Traffic of(long requests, int months) {
      return new Traffic(requests, months, batchShare, retraining);
    }
  }

  /**
   * Training anew.
   *
   * @param everyMonths after how many months
   * @param searchShare share of search and evaluation that is done again each time, beside the
   *     training
   */
  public record Retraining(int everyMonths, double searchShare) {}

  /**
   * How good is good enough.
   *
   * @param minimum least acceptable quality
   * @param margin gain that a dearer candidate must show
   * @param worthwhile gain that would matter; empty: 0.05 from 300 test examples, else 0.07
   */
  public record Quality(double minimum, double margin, Optional<Double> worthwhile) {
    /** Test examples from which the default of {@code worthwhile} is the smaller one. */
    private static final int MANY_EXAMPLES = 300;

    /** The gain that would matter with this many test examples; never less than the margin. */
    public double worthwhile(int testExamples) {
      double usual = testExamples >= MANY_EXAMPLES ? 0.05 : 0.07;
      return Math.max(margin, worthwhile.orElse(usual));
    }
  }

  /** How the adapter meets other traffic. */
  public enum Deployment {
    /** Merged or always on: the whole drop counts. */
    SHARED,
    /** Active for this task's requests; a share {@code misrouteRate} of other traffic meets it. */
    ROUTED
  }

  /**
   * How much may be forgotten.
   *
   * @param misrouteRate 1 where the deployment is shared
   * @param pooledMargin largest drop accepted over all capabilities together
   * @param capabilityMargin largest drop accepted in one capability
   * @param misroutedMargin largest drop accepted among mis-routed requests; empty: not tested
   */
  public record Retention(
      Deployment deployment,
      double misrouteRate,
      double pooledMargin,
      double capabilityMargin,
      Optional<Double> misroutedMargin) {}

  /**
   * What models cost.
   *
   * @param list prices of models sold by the token
   * @param models own hardware, by model id
   * @param sold models sold by the token that the policy names, with the day from which they are no
   *     longer sold if it says so; that counts before the list's
   */
  public record Prices(
      PriceList list, Map<String, Hosting> models, Map<String, Optional<LocalDate>> sold) {
    public Prices {
      models = Map.copyOf(models);
      sold = Map.copyOf(sold);
    }

    /** Prices by model name. */
    public Map<String, TokenPrice> catalogue() {
      return list.prices();
    }

    /** The same with another list. */
    public Prices with(PriceList other) {
      return new Prices(other, models, sold);
    }

    /** By the model's name, or that with its provider before it, as price lists have both. */
    public Optional<TokenPrice> tokenPrice(String model, String source) {
      return either(list.prices(), model, source);
    }

    /**
     * The day from which a model is no longer sold; empty where nobody says.
     *
     * @param source {@code provider:model}
     */
    public Optional<LocalDate> endOfLife(String model, String source) {
      return either(sold, model, source)
          .flatMap(day -> day)
          .or(() -> either(list.endOfLife(), model, source));
    }

    private static <T> Optional<T> either(Map<String, T> by, String model, String source) {
      return Optional.ofNullable(by.get(model))
          .or(() -> Optional.ofNullable(by.get(source.replaceFirst(":", "/"))));
    }
  }

  /** What finding out may cost. */
  public record Budget(Duration time, long tokens, BigDecimal money) {}
}
