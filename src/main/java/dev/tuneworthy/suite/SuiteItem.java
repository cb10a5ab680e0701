package dev.tuneworthy.suite;

import java.util.Optional;

/**
 * One item of a baseline suite, in one or both forms.
 *
 * @param split {@code dev} steers, {@code test} decides, {@code reserve} is drawn on an alarm
 * @param family template family or {@code written}; items of one family are a cluster
 */
public record SuiteItem(
    String id,
    String capability,
    String split,
    String family,
    Optional<ChooseForm> choose,
    Optional<GenerateForm> generate) {
  public SuiteItem {
    if (choose.isEmpty() && generate.isEmpty()) {
      throw new IllegalArgumentException(
          "item " + id + " has neither a choose nor a generate form");
    }
  }
}
