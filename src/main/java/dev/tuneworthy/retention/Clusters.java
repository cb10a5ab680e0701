package dev.tuneworthy.retention;

import dev.tuneworthy.stats.DesignEffect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Items of one template family, which flip together more often than others do. */
final class Clusters {
  private Clusters() {}

  /** The {@link DesignEffect} on the drop over the items that count. */
  static double effect(List<PairedItem> items) {
    List<PairedItem> counted = items.stream().filter(PairedItem::counts).toList();
    Map<String, Integer> numbers = new HashMap<>();
    double[] drops = new double[counted.size()];
    for (int i = 0; i < drops.length; i++) {
      drops[i] = counted.get(i).lost() ? 1 : counted.get(i).gained() ? -1 : 0;
    }
    List<Integer> clusters =
        counted.stream()
            .map(
                item ->
                    numbers.computeIfAbsent(
                        item.capability() + "\n" + item.cluster(), name -> numbers.size()))
            .toList();
    return counted.isEmpty() ? DesignEffect.NONE : DesignEffect.of(drops, clusters);
  }
}
