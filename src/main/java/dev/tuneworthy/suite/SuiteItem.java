package dev.tuneworthy.suite;

import java.util.Optional;

/**
 * One item of a baseline suite, in one or both forms.
 *
 * @param split {@code dev} steers, {@code test} decides, {@code reserve} is drawn on an alarm
 * @param family template family, whose items are a cluster, or {@value #ALONE}
 */
public record SuiteItem(
    String id,
    String capability,
    String split,
    String family,
    Optional<ChooseForm> choose,
    Optional<GenerateForm> generate) {
  /** The family of items that have none. */
  public static final String ALONE = "written";

  public SuiteItem {
    if (choose.isEmpty() && generate.isEmpty()) {
      throw new IllegalArgumentException(
          "item " + id + " has neither a choose nor a generate form");
    }
  }

  /** What the item is counted together with: its family, or itself where it has none. */
  public String cluster() {
    return family.equals(ALONE) ? id : family;
  }
}
