package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.decision.DecisionRecord.FlipPart;
import dev.tuneworthy.policy.Policy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;

/**
 * Where the verdict flips: each input is moved up and down, all else equal, until the pure rule
 * says something else, and the place is narrowed by bisection. A region narrower than a step (2 %
 * of an amount, half a point of a rate) may be passed over.
 */
public final class Sensitivity {
  private static final double FACTOR = 1.02;
  private static final double POINTS = 0.005;
  private static final double MOST_REQUESTS = 1e10;
  private static final int HALVINGS = 40;
  private static final int MOST_MONTHS = 120;

  private final VerdictRule rule;
  private final Verdict now;
  private final List<FlipPart> flips = new ArrayList<>();

  /** How a value of an input is written, and how far it is from the present one. */
  private record Words(DoubleFunction<String> text, DoubleFunction<String> distance) {}

  private Sensitivity(VerdictRule rule) {
    this.rule = rule;
    this.now = rule.verdict();
  }

  /** The nearest flip in each direction of each input; an input that never flips it is left out. */
  public static List<FlipPart> flips(List<Finalist> finalists, Policy policy) {
    Sensitivity sensitivity = new Sensitivity(VerdictRule.of(finalists, policy));
    sensitivity.traffic();
    sensitivity.waiting();
    sensitivity.retraining();
    sensitivity.hourlyPrices();
    sensitivity.tokenPrices();
    sensitivity.quality();
    sensitivity.retention();
    sensitivity.misrouting();
    return List.copyOf(sensitivity.flips);
  }

  private void traffic() {
    Policy policy = rule.policy();
    amount(
        "traffic.requestsPerMonth",
        (double) policy.traffic().requestsPerMonth(),
        1,
        MOST_REQUESTS,
        value -> {
          long requests = Math.round(value);
          return rule.with(
              new PolicyVariant(policy)
                  .traffic(policy.traffic().of(requests, policy.traffic().horizonMonths())),
              rule.finalists());
        },
        value -> String.valueOf(Math.round(value)));
  }

  /** Where some finalist is sold by the token at prices for requests that may wait. */
  private void waiting() {
    boolean discounted =
        rule.finalists().stream()
            .map(finalist -> finalist.cost().serving())
            .anyMatch(
                serving ->
                    serving instanceof Serving.ByToken byToken
                        && byToken.bill().filter(b -> b.price().discountsBatches()).isPresent());
    if (discounted) {
      share(
          "traffic.batchShare",
          rule.policy().traffic().batchShare(),
          1,
          value -> rule.with(rule.policy(), costing(cost -> cost.waiting(value))));
    }
  }

  private void retraining() {
    rule.policy()
        .traffic()
        .retraining()
        .ifPresent(
            again ->
                amount(
                    "traffic.retraining.everyMonths",
                    again.everyMonths(),
                    1,
                    MOST_MONTHS,
                    value ->
                        rule.with(
                            rule.policy(),
                            costing(cost -> cost.retrainedEvery((int) Math.round(value)))),
                    value -> String.valueOf(Math.round(value))));
  }

  private List<Finalist> costing(UnaryOperator<ApproachCost> other) {
    return rule.finalists().stream()
        .map(finalist -> finalist.withCost(other.apply(finalist.cost())))
        .toList();
  }

  private void hourlyPrices() {
    Set<Hosting> hostings = new LinkedHashSet<>();
    for (Finalist finalist : rule.finalists()) {
      if (finalist.cost().serving() instanceof Serving.ByHour byHour) {
        hostings.add(byHour.hosting());
      }
    }
    for (Hosting hosting : hostings) {
      double hourly = hosting.hourly().doubleValue();
      if (hourly > 0) {
        String hardware = hosting.hardware().isBlank() ? "own hardware" : hosting.hardware();
        amount(
            "hourly price of " + hardware,
            hourly,
            hourly / 1000,
            hourly * 1000,
            value -> rule.with(rule.policy(), at(hosting, value)),
            Sensitivity::usd);
      }
    }
  }

  private static String usd(double value) {
    return new BigDecimal(value).round(new MathContext(4)).toPlainString() + " USD";
  }

  private void tokenPrices() {
    Map<String, TokenPrice> prices = new TreeMap<>();
    for (Finalist finalist : rule.finalists()) {
      if (finalist.cost().serving() instanceof Serving.ByToken byToken) {
        byToken.bill().ifPresent(bill -> prices.put(bill.model(), bill.price()));
      }
    }
    prices.forEach(
        (model, price) -> {
          for (TokenPrice.Part part : TokenPrice.Part.values()) {
            price
                .of(part)
                .map(BigDecimal::doubleValue)
                .filter(now -> now > 0)
                .ifPresent(now -> tokenPrice(model, price, part, now));
          }
        });
  }

  private void tokenPrice(String model, TokenPrice price, TokenPrice.Part part, double now) {
    amount(
        part.field() + " of " + model,
        now,
        now / 1000,
        now * 1000,
        value ->
            rule.with(
                rule.policy(),
                costing(
                    cost -> cost.atTokenPrice(model, price.with(part, BigDecimal.valueOf(value))))),
        Sensitivity::usd);
  }

  private List<Finalist> at(Hosting hosting, double hourly) {
    return rule.finalists().stream()
        .map(
            finalist ->
                finalist.cost().serving() instanceof Serving.ByHour byHour
                        && byHour.hosting().equals(hosting)
                    ? finalist.withCost(finalist.cost().atHourly(BigDecimal.valueOf(hourly)))
                    : finalist)
        .toList();
  }

  private void quality() {
    Policy policy = rule.policy();
    Policy.Quality quality = policy.quality();
    rate(
        "quality.minimum",
        quality.minimum(),
        1,
        value ->
            new PolicyVariant(policy)
                .quality(new Policy.Quality(value, quality.margin(), quality.worthwhile())));
    double most = quality.worthwhile().orElse(1.0);
    rate(
        "quality.margin",
        quality.margin(),
        most,
        value ->
            new PolicyVariant(policy)
                .quality(new Policy.Quality(quality.minimum(), value, quality.worthwhile())));
    rate(
        "quality.worthwhile",
        quality.worthwhile(rule.evidence().examples()),
        1,
        value ->
            new PolicyVariant(policy)
                .quality(
                    new Policy.Quality(quality.minimum(), quality.margin(), Optional.of(value))));
  }

  private void retention() {
    Policy policy = rule.policy();
    Policy.Retention retention = policy.retention();
    rate(
        "retention.pooledMargin",
        retention.pooledMargin(),
        1,
        value ->
            new PolicyVariant(policy)
                .retention(
                    new Policy.Retention(
                        retention.deployment(),
                        retention.misrouteRate(),
                        value,
                        retention.capabilityMargin(),
                        retention.misroutedMargin())));
    rate(
        "retention.capabilityMargin",
        retention.capabilityMargin(),
        1,
        value ->
            new PolicyVariant(policy)
                .retention(
                    new Policy.Retention(
                        retention.deployment(),
                        retention.misrouteRate(),
                        retention.pooledMargin(),
                        value,
                        retention.misroutedMargin())));
  }

  private void misrouting() {
    Policy.Retention retention = rule.policy().retention();
    if (retention.deployment() != Policy.Deployment.ROUTED) {
      return;
    }
    rate(
        "retention.misrouteRate",
        retention.misrouteRate(),
        1,
        value ->
            new PolicyVariant(rule.policy())
                .retention(
                    new Policy.Retention(
                        retention.deployment(),
                        value,
                        retention.pooledMargin(),
                        retention.capabilityMargin(),
                        retention.misroutedMargin())));
  }

  private void amount(
      String input,
      double current,
      double least,
      double most,
      DoubleFunction<VerdictRule> at,
      DoubleFunction<String> text) {
    DoubleFunction<String> distance =
        value -> String.format(Locale.ROOT, "%.3g times", value / current);
    for (double factor : new double[] {1 / FACTOR, FACTOR}) {
      double last = current;
      boolean flipped = false;
      while (!flipped) {
        double next = Math.max(least, Math.min(most, last * factor));
        if (next == last) {
          break;
        }
        flipped = tryFlip(input, current, last, next, at, new Words(text, distance));
        last = next;
      }
    }
  }

  private void rate(String input, double current, double most, DoubleFunction<Policy> policyAt) {
    share(input, current, most, value -> rule.with(policyAt.apply(value), rule.finalists()));
  }

  private void share(String input, double current, double most, DoubleFunction<VerdictRule> at) {
    DoubleFunction<String> text = value -> String.format(Locale.ROOT, "%.4f", value);
    DoubleFunction<String> distance =
        value -> String.format(Locale.ROOT, "%+.2f points", 100 * (value - current));
    for (double step : new double[] {-POINTS, POINTS}) {
      double last = current;
      boolean flipped = false;
      while (!flipped) {
        double next = Math.max(0, Math.min(most, last + step));
        if (next == last) {
          break;
        }
        flipped = tryFlip(input, current, last, next, at, new Words(text, distance));
        last = next;
      }
    }
  }

  private boolean tryFlip(
      String input,
      double current,
      double last,
      double next,
      DoubleFunction<VerdictRule> at,
      Words words) {
    if (at.apply(next).verdict() == now) {
      return false;
    }
    double same = last;
    double other = next;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (same + other) / 2;
      if (at.apply(middle).verdict() == now) {
        same = middle;
      } else {
        other = middle;
      }
    }
    flips.add(
        new FlipPart(
            input,
            words.text().apply(current),
            words.text().apply(other),
            at.apply(other).verdict().name(),
            words.distance().apply(other)));
    return true;
  }
}
