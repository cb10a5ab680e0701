package dev.tuneworthy.decision;

import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.stats.Wilson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Gates that nothing can pass under a policy, whatever is measured: told before it is. */
final class PolicyReach {
  /** So that a margin of 0.1 fits above 0.9. */
  private static final double ROUNDING = 1e-9;

  private final Policy policy;
  private final List<String> warnings = new ArrayList<>();

  private PolicyReach(Policy policy) {
    this.policy = policy;
  }

  /**
   * A sentence for each such gate.
   *
   * @param test examples; bounds of a share of right answers
   * @param localModel id of the model on own hardware
   */
  static List<String> warnings(Policy policy, int test, String localModel) {
    PolicyReach reach = new PolicyReach(policy);
    reach.quality(test);
    reach.margin();
    reach.retention();
    reach.cost(localModel);
    return reach.warnings;
  }

  private void quality(int test) {
    double minimum = policy.quality().minimum();
    double best = test == 0 ? 0 : Wilson.lower(test, test, Evidence.CONFIDENCE);
    if (minimum > best) {
      warn(
          "quality cannot pass: even if all of %d test examples are right, no more than %.3f is"
              + " shown, and quality.minimum is %.3f. Add test examples or lower the minimum.",
          test, best, minimum);
    }
  }

  private void margin() {
    Policy.Quality quality = policy.quality();
    boolean cheapest = policy.goal() == Policy.Goal.CHEAPEST;
    if (cheapest && quality.margin() > 1 - quality.minimum() + ROUNDING) {
      warn(
          "quality.margin is %.3f, but above quality.minimum, %.3f, there is no room for such a"
              + " gain: a dearer approach cannot take the place of one that passes.",
          quality.margin(), quality.minimum());
    }
  }

  private void retention() {
    Policy.Retention retention = policy.retention();
    boolean meetsAll = retention.misrouteRate() > 0;
    if (meetsAll && retention.pooledMargin() <= 0) {
      warn(
          "retention cannot pass for a tuned model: retention.pooledMargin is 0, and no number of"
              + " items shows that nothing at all was lost.");
    }
  }

  private void cost(String localModel) {
    Optional<Money> limit = policy.maxCostPerMonth().map(Money::new);
    Optional<Hosting> hosting = Pricing.hosting(policy, localModel);
    if (limit.isEmpty() || hosting.isEmpty()) {
      return;
    }
    Hosting own = hosting.get();
    Money least =
        new Money(own.hourly()).times(Hosting.HOURS_A_MONTH).times((long) own.minimumReplicas());
    if (least.compareTo(limit.get()) > 0) {
      warn(
          "cost cannot pass for %s: its fewest replicas, %d, cost %s USD a month, and"
              + " cost.maxPerMonth is %s.",
          localModel, own.minimumReplicas(), least.text(), limit.get().text());
    }
  }

  private void warn(String sentence, Object... values) {
    warnings.add("policy: " + String.format(Locale.ROOT, sentence, values));
  }
}
