package dev.tuneworthy.decision;

import dev.tuneworthy.cost.BreakEven;
import dev.tuneworthy.decision.DecisionRecord.BreakEvenPart;
import dev.tuneworthy.decision.DecisionRecord.CurvesPart;
import dev.tuneworthy.decision.DecisionRecord.HorizonPoint;
import dev.tuneworthy.decision.DecisionRecord.VolumePoint;
import dev.tuneworthy.policy.Policy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The volume at which prompting and tuning change places in cost, and the curves around it: between
 * the best prompt and the best tuned finalist by observed quality.
 */
public final class BreakEvenVolume {
  /** The curve over volume reaches this factor to either side of the policy's traffic. */
  private static final long REACH = 1000;

  private static final long[] STEPS = {1, 2, 5};

  /** The curve over the horizon is drawn to twice the policy's, but within these. */
  private static final int FEWEST_MONTHS = 24;

  private static final int MOST_MONTHS = 120;

  private final Finalist prompt;
  private final Finalist tuned;
  private final Policy.Traffic traffic;

  private BreakEvenVolume(Finalist prompt, Finalist tuned, Policy.Traffic traffic) {
    this.prompt = prompt;
    this.tuned = tuned;
    this.traffic = traffic;
  }

  public static BreakEvenPart of(List<Finalist> finalists, Policy policy) {
    VerdictRule rule = VerdictRule.of(finalists, policy);
    Optional<Finalist> prompt = best(rule, false);
    Optional<Finalist> tuned = best(rule, true);
    if (prompt.isEmpty() || tuned.isEmpty()) {
      String missing = prompt.isEmpty() ? "no prompt" : "no tuned candidate";
      return new BreakEvenPart(Optional.empty(), "", missing + " among the finalists to compare");
    }
    return new BreakEvenVolume(prompt.get(), tuned.get(), policy.traffic()).part();
  }

  private BreakEvenPart part() {
    BreakEven found = over(traffic.horizonMonths());
    if (found instanceof BreakEven.At at) {
      String cheaper = at.firstCheaperAbove() ? tuned.id() : prompt.id();
      String again = at.changesAgain() ? "; added replicas change the order again further up" : "";
      String reason =
          "%s against %s over %d months%s"
              .formatted(tuned.id(), prompt.id(), traffic.horizonMonths(), again);
      return new BreakEvenPart(
          Optional.of((double) at.requestsPerMonth()), cheaper, reason, curves());
    }
    String reason = ((BreakEven.None) found).reason();
    return new BreakEvenPart(Optional.empty(), "", reason, curves());
  }

  private BreakEven over(int months) {
    return BreakEven.between(tuned.id(), tuned.cost(), prompt.id(), prompt.cost(), months);
  }

  /** Empty where a price is unknown. */
  private Optional<CurvesPart> curves() {
    boolean known =
        Stream.of(prompt, tuned)
            .allMatch(each -> each.cost().overHorizon(1, 1).amount().isPresent());
    return known
        ? Optional.of(new CurvesPart(prompt.id(), tuned.id(), byVolume(), byHorizon()))
        : Optional.empty();
  }

  private List<VolumePoint> byVolume() {
    int months = traffic.horizonMonths();
    long now = traffic.requestsPerMonth();
    return volumes(Math.max(1, now / REACH), Math.min(BreakEven.MOST_REQUESTS, now * REACH))
        .mapToObj(
            volume ->
                new VolumePoint(volume, text(prompt, volume, months), text(tuned, volume, months)))
        .toList();
  }

  /** 1, 2, 5, 10, 20 and so on between two volumes, both included, and the policy's own. */
  private LongStream volumes(long least, long most) {
    LongStream.Builder volumes = LongStream.builder();
    for (long power = 1; power <= most; power *= 10) {
      for (long step : STEPS) {
        volumes.add(power * step);
      }
    }
    LongStream ends = LongStream.of(least, traffic.requestsPerMonth(), most);
    return LongStream.concat(volumes.build().filter(v -> v > least && v < most), ends)
        .sorted()
        .distinct();
  }

  private List<HorizonPoint> byHorizon() {
    int last = Math.min(MOST_MONTHS, Math.max(FEWEST_MONTHS, 2 * traffic.horizonMonths()));
    long now = traffic.requestsPerMonth();
    return IntStream.rangeClosed(1, last)
        .mapToObj(
            months ->
                new HorizonPoint(
                    months,
                    text(prompt, now, months),
                    text(tuned, now, months),
                    over(months) instanceof BreakEven.At at
                        ? Optional.of((double) at.requestsPerMonth())
                        : Optional.empty()))
        .toList();
  }

  private static String text(Finalist finalist, long volume, int months) {
    return finalist.cost().overHorizon(volume, months).text();
  }

  private static Optional<Finalist> best(VerdictRule rule, boolean tuned) {
    return rule.finalists().stream()
        .filter(finalist -> finalist.approach().tuned() == tuned)
        .max(
            Comparator.comparingDouble(
                finalist -> rule.evidence().value(rule.finalists().indexOf(finalist))));
  }
}
