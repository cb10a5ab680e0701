package dev.tuneworthy.retention;

import dev.tuneworthy.stats.Holm;
import dev.tuneworthy.stats.PoissonBinomial;
import dev.tuneworthy.suite.Shortcut;
import java.util.List;

/**
 * Whether rules that choose without reading are right as often as chance: the exact two-sided
 * binomial test, where items differ in their number of choices with each item's own chance, and
 * Holm's correction over all rules and capabilities. Assumes independent items.
 */
public final class ShortcutOdds {
  private ShortcutOdds() {}

  /** One adjusted p-value for each, in their order. */
  public static List<Double> pValues(List<Shortcut> shortcuts) {
    return Holm.adjust(
        shortcuts.stream()
            .map(shortcut -> PoissonBinomial.exactTwoSided(shortcut.hits(), shortcut.chances()))
            .toList());
  }
}
