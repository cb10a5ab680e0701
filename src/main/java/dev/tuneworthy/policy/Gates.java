package dev.tuneworthy.policy;

import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Holds a finalist's quality, latency and cost against a policy, by bounds rather than estimates.
 */
public final class Gates {
  private static final double PERCENTILE = 0.95;
  private static final double CONFIDENCE = 0.95;

  private Gates() {}

  /**
   * PASS if the lower bound reaches the minimum, FAIL if the upper bound stays under it.
   *
   * @param value quality over the items that were scored
   * @param lower one-sided 95 % bound, every item without an answer taken as wrong
   * @param upper one-sided 95 % bound, every item without an answer taken as right
   * @param missing items without an answer or a judgement
   */
  public static GateResult quality(
      Policy.Quality policy, double value, double lower, double upper, int n, int missing) {
    double minimum = policy.minimum();
    String open = missing == 0 ? "" : ", " + missing + " of " + n + " items without an answer";
    String observed =
        String.format(
            Locale.ROOT,
            "%.3f (one-sided 95 %% bounds %.3f and %.3f)%s",
            value,
            lower,
            upper,
            open);
    String required = String.format(Locale.ROOT, "at least %.3f", minimum);
    GateStatus status = quality(policy, lower, upper);
    String reason =
        switch (status) {
          case PASS -> "the lower bound reaches the minimum";
          case FAIL -> "even the upper bound is under the minimum";
          case NOT_BINDING -> "the policy asks for no quality";
          case UNKNOWN -> "the minimum lies between the bounds of " + n + " test examples";
        };
    return new GateResult(Gate.QUALITY, status, observed, required, reason, value >= minimum);
  }

  /** The status alone, for whoever asks thousands of times. */
  public static GateStatus quality(Policy.Quality policy, double lower, double upper) {
    if (policy.minimum() <= 0) {
      return GateStatus.NOT_BINDING;
    }
    if (lower >= policy.minimum()) {
      return GateStatus.PASS;
    }
    return upper < policy.minimum() ? GateStatus.FAIL : GateStatus.UNKNOWN;
  }

  /**
   * The 95th percentile: PASS if its upper bound is within the limit, FAIL if its lower bound is
   * over.
   *
   * @param millis single warm requests; empty where nothing was measured
   */
  public static GateResult latency(Optional<Duration> limit, List<Double> millis) {
    String observed = "not measured";
    if (!millis.isEmpty()) {
      QuantileBounds p95 = QuantileBounds.of(millis, PERCENTILE, CONFIDENCE);
      observed =
          String.format(
              Locale.ROOT,
              "p95 %.0f ms (bounds %.0f and %.0f ms, %d requests)",
              p95.value(),
              p95.lower(),
              p95.upper(),
              millis.size());
      if (limit.isPresent()) {
        return latency(limit.get().toMillis(), p95, observed);
      }
    }
    return limit
        .map(Gates::notMeasured)
        .orElse(GateResult.notBinding(Gate.LATENCY, observed, "the policy sets no limit"));
  }

  /** A month at the policy's volume against the limit; an unknown price is UNKNOWN. */
  public static GateResult cost(Policy policy, Cost perMonth) {
    String observed =
        perMonth instanceof Cost.Unknown unknown
            ? "unknown: " + unknown.reason()
            : perMonth.text() + " USD a month";
    if (policy.maxCostPerMonth().isEmpty()) {
      return GateResult.notBinding(Gate.COST, observed, "the policy sets no limit");
    }
    Money limit = new Money(policy.maxCostPerMonth().get());
    String required = "at most " + limit.text() + " USD a month";
    Optional<Boolean> within = perMonth.amount().map(cost -> cost.compareTo(limit) <= 0);
    GateStatus status =
        within.map(yes -> yes ? GateStatus.PASS : GateStatus.FAIL).orElse(GateStatus.UNKNOWN);
    String reason =
        switch (status) {
          case PASS -> "within the limit";
          case FAIL -> "over the limit";
          default -> "a price is unknown";
        };
    return new GateResult(Gate.COST, status, observed, required, reason, within.orElse(true));
  }

  private static GateResult latency(long limit, QuantileBounds p95, String observed) {
    GateStatus status =
        p95.upper() <= limit
            ? GateStatus.PASS
            : p95.lower() > limit ? GateStatus.FAIL : GateStatus.UNKNOWN;
    String reason =
        switch (status) {
          case PASS -> "the upper bound is within the limit";
          case FAIL -> "even the lower bound is over the limit";
          default -> "the limit lies between the bounds";
        };
    return new GateResult(
        Gate.LATENCY, status, observed, atMost(limit), reason, p95.value() <= limit);
  }

  private static GateResult notMeasured(Duration limit) {
    return new GateResult(
        Gate.LATENCY,
        GateStatus.UNKNOWN,
        "not measured",
        atMost(limit.toMillis()),
        "no latency was measured",
        true);
  }

  private static String atMost(long millis) {
    return "p95 at most " + millis + " ms";
  }
}
