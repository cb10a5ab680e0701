package dev.tuneworthy.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Items that measure what the base model can do, grouped by capability.
 *
 * @param sha256 hash of the content of all items, in lower-case hex
 */
public record BaselineSuite(String name, List<SuiteItem> items, String sha256) {
  public BaselineSuite {
    items = List.copyOf(items);
  }

  /**
   * The suite with about so many items of each split: of every capability as many, spread evenly
   * over the order in which they were written, so that no family is taken whole. Always the same
   * ones.
   */
  public BaselineSuite sample(int itemsOfASplit) {
    long capabilities = items.stream().map(SuiteItem::capability).distinct().count();
    int most = Math.toIntExact((itemsOfASplit + capabilities - 1) / Math.max(1, capabilities));
    Map<List<String>, List<SuiteItem>> groups =
        items.stream()
            .collect(
                Collectors.groupingBy(
                    item -> List.of(item.capability(), item.split()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<SuiteItem> kept =
        groups.values().stream()
            .flatMap(
                group -> {
                  int count = Math.min(most, group.size());
                  return IntStream.range(0, count)
                      .mapToObj(i -> group.get(i * group.size() / count));
                })
            .toList();
    return new BaselineSuite(name, kept, sha256);
  }
}
