package dev.tuneworthy.retention;

import dev.tuneworthy.retention.SimulatedSuite.Capability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * An adapter of which is known what it does to a capability. Each item draws a number from 0 to 1;
 * the lowest are lost, the highest gained, the rest stay as they were. With chance {@code together}
 * the number is that of the item's template family, so that two items of a family flip together
 * with correlation {@code together}&sup2; while each alone flips as often as any other. Shares no
 * code with {@code stats}: what judges the statistics must not err with them.
 *
 * @param flips &psi;: share of items that flip without harm, half of them either way
 * @param damage share of items that are lost beyond that: the true drop
 * @param together chance that an item goes with its family, from 0 to 1
 */
record SimulatedAdapter(double flips, double damage, double together) {
  /** The share right of somebody who guesses. */
  static final double CHANCE = 0.25;

  /** Of the items that stay as they were, the share that are right. */
  private static final double RIGHT = 0.8;

  SimulatedAdapter {
    if (!(flips >= 0 && damage >= 0 && flips + damage <= 1 && together >= 0 && together <= 1)) {
      throw new IllegalArgumentException(
          "shares of items " + flips + ", " + damage + ", together " + together);
    }
  }

  /** Test items and reserve of one capability, as base and tuned model answer them. */
  record Drawn(List<PairedItem> test, List<PairedItem> reserve) {}

  Drawn draw(Capability capability, RandomGenerator random) {
    Map<String, Double> families = new HashMap<>();
    return new Drawn(
        items(capability.name(), capability.test(), families, random),
        items(capability.name(), capability.reserve(), families, random));
  }

  private List<PairedItem> items(
      String capability,
      List<String> clusters,
      Map<String, Double> families,
      RandomGenerator random) {
    List<PairedItem> items = new ArrayList<>();
    for (String cluster : clusters) {
      double shared = families.computeIfAbsent(cluster, name -> random.nextDouble());
      double number = random.nextDouble() < together ? shared : random.nextDouble();
      boolean lost = number < flips / 2 + damage;
      boolean gained = number >= 1 - flips / 2;
      boolean stays = random.nextDouble() < RIGHT;
      items.add(
          new PairedItem(
              capability + items.size(),
              capability,
              cluster,
              "",
              reply(lost || (!gained && stays)),
              reply(gained || (!lost && stays))));
    }
    return items;
  }

  private static PairedItem.Reply reply(boolean right) {
    return new PairedItem.Reply("", Optional.of(right));
  }
}
