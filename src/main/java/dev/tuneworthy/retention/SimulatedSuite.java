package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.suite.BaselineSuite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The items of one mode of a suite as far as a simulation needs them: how many each capability has,
 * and which belong to one template family.
 */
record SimulatedSuite(String name, List<Capability> capabilities) {
  SimulatedSuite {
    capabilities = List.copyOf(capabilities);
  }

  /**
   * One capability.
   *
   * @param test the cluster of each test item, as {@link PairedItem#cluster} names it
   * @param reserve the same of the reserve; a family may have items in both
   */
  record Capability(String name, List<String> test, List<String> reserve) {
    Capability {
      test = List.copyOf(test);
      reserve = List.copyOf(reserve);
    }
  }

  /** Whether any two items of a capability are of one family. */
  boolean inFamilies() {
    return capabilities.stream()
        .map(capability -> joined(capability, new Capability("", capability.reserve, List.of())))
        .anyMatch(all -> Set.copyOf(all.test).size() < all.test.size());
  }

  /** As many test items as items of the reserve, none in a family. */
  static SimulatedSuite ofSingleItems(int capabilities, int items) {
    return new SimulatedSuite(
        capabilities + " capabilities of " + items + " single items",
        IntStream.range(0, capabilities)
            .mapToObj(
                c -> new Capability("c" + c, singles("test", items), singles("reserve", items)))
            .toList());
  }

  private static List<String> singles(String split, int items) {
    return IntStream.range(0, items).mapToObj(i -> split + i).toList();
  }

  /** The items that a suite has in a mode, with their families. */
  static SimulatedSuite of(BaselineSuite suite, AnswerMode mode) {
    Map<String, Capability> found = new LinkedHashMap<>();
    for (RetentionItem item : RetentionItem.of(List.of(suite))) {
      if (item.mode() == mode && !item.isSplit("dev")) {
        Capability one =
            new Capability(item.capability(), List.of(item.item().cluster()), List.of());
        Capability added =
            item.isSplit("test") ? one : new Capability(one.name(), List.of(), one.test());
        found.merge(item.capability(), added, SimulatedSuite::joined);
      }
    }
    return new SimulatedSuite(suite.name() + ", " + mode.label(), List.copyOf(found.values()));
  }

  private static Capability joined(Capability one, Capability other) {
    List<String> test = new ArrayList<>(one.test);
    List<String> reserve = new ArrayList<>(one.reserve);
    test.addAll(other.test);
    reserve.addAll(other.reserve);
    return new Capability(one.name, test, reserve);
  }
}
