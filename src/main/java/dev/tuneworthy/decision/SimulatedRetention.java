package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.retention.PairedItem;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.retention.RetentionMeasurement.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What an adapter truly does to {@value #CAPABILITIES} capabilities, and measurements of it.
 *
 * @param flips share of the items that flip either way for no reason
 * @param all share of the items that is lost besides, in every capability
 * @param one the same in the first capability, on top
 */
record SimulatedRetention(double flips, double all, double one) {
  private static final int CAPABILITIES = 8;
  private static final int ITEMS = 100;
  private static final double BEFORE = 0.8;
  private static final double ALARM = 0.03;

  /** Whether what is truly lost is within the margins. */
  boolean holds(double pooledMargin, double capabilityMargin) {
    return all + one / CAPABILITIES < pooledMargin && all + one < capabilityMargin;
  }

  /** Whether it is so far from the margins that the gate should see it. */
  boolean clear() {
    return (all + one == 0 && flips <= 0.03) || all >= 0.06;
  }

  RetentionMeasurement measured(RandomGenerator random) {
    List<Capability> capabilities = new ArrayList<>();
    for (int c = 0; c < CAPABILITIES; c++) {
      double damage = all + (c == 0 ? one : 0);
      List<PairedItem> test = items("capability-" + c, "test-", damage, random);
      long lost = test.stream().filter(PairedItem::lost).count();
      long gained = test.stream().filter(PairedItem::gained).count();
      boolean alarm = lost - gained >= ALARM * ITEMS;
      List<PairedItem> drawn =
          alarm ? items("capability-" + c, "reserve-", damage, random) : List.of();
      capabilities.add(new Capability("capability-" + c, 0.25, test, drawn, ITEMS));
    }
    return new RetentionMeasurement(
        List.of(new RetentionMeasurement.Mode(AnswerMode.CHOOSE, capabilities)));
  }

  private List<PairedItem> items(
      String capability, String prefix, double damage, RandomGenerator random) {
    List<PairedItem> items = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      double u = random.nextDouble();
      boolean lost = u < flips / 2 + damage;
      boolean gained = !lost && u < flips + damage;
      boolean same = random.nextDouble() < BEFORE;
      items.add(
          new PairedItem(
              prefix + i,
              capability,
              prefix + i,
              "",
              reply(lost || (!gained && same)),
              reply(gained || (!lost && same))));
    }
    return items;
  }

  private static PairedItem.Reply reply(boolean right) {
    return new PairedItem.Reply("", Optional.of(right));
  }
}
