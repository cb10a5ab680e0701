package dev.tuneworthy.decision;

import dev.tuneworthy.cost.BreakEven;
import dev.tuneworthy.decision.DecisionRecord.BreakEvenPart;
import dev.tuneworthy.policy.Policy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The volume at which prompting and tuning change places in cost: between the best prompt and the
 * best tuned finalist by observed quality.
 */
public final class BreakEvenVolume {
  private BreakEvenVolume() {}

  public static BreakEvenPart of(List<Finalist> finalists, Policy policy) {
    VerdictRule rule = VerdictRule.of(finalists, policy);
    Optional<Finalist> prompt = best(rule, false);
    Optional<Finalist> tuned = best(rule, true);
    if (prompt.isEmpty() || tuned.isEmpty()) {
      String missing = prompt.isEmpty() ? "no prompt" : "no tuned candidate";
      return new BreakEvenPart(Optional.empty(), "", missing + " among the finalists to compare");
    }
    String first = tuned.get().id();
    String second = prompt.get().id();
    BreakEven found =
        BreakEven.between(
            first,
            tuned.get().cost(),
            second,
            prompt.get().cost(),
            policy.traffic().horizonMonths());
    if (found instanceof BreakEven.At at) {
      String cheaper = at.firstCheaperAbove() ? first : second;
      String again = at.changesAgain() ? "; added replicas change the order again further up" : "";
      String reason =
          "%s against %s over %d months%s"
              .formatted(first, second, policy.traffic().horizonMonths(), again);
      return new BreakEvenPart(Optional.of((double) at.requestsPerMonth()), cheaper, reason);
    }
    return new BreakEvenPart(Optional.empty(), "", ((BreakEven.None) found).reason());
  }

  private static Optional<Finalist> best(VerdictRule rule, boolean tuned) {
    return rule.finalists().stream()
        .filter(finalist -> finalist.approach().tuned() == tuned)
        .max(
            Comparator.comparingDouble(
                finalist -> rule.evidence().value(rule.finalists().indexOf(finalist))));
  }
}
