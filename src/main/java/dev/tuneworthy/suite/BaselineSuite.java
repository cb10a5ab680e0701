package dev.tuneworthy.suite;

import java.util.List;

/**
 * Items that measure what the base model can do, grouped by capability.
 *
 * @param sha256 hash of the content of all items, in lower-case hex
 */
public record BaselineSuite(String name, List<SuiteItem> items, String sha256) {
  public BaselineSuite {
    items = List.copyOf(items);
  }
}
