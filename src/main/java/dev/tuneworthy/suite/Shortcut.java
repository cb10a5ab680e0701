package dev.tuneworthy.suite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A rule that chooses without reading the question, and how often it is right in a capability. A
 * rule that is right more or less often than chance tells an answer by its place or length.
 *
 * @param where the file of the capability's items
 * @param rule as {@code choose the longest}
 * @param hits items on which it is right
 * @param chances for each item to which it applies, one divided by the number of choices
 */
public record Shortcut(
    String capability, String where, String rule, int hits, List<Double> chances) {
  private static final int MOST_PLACES = 4;

  public Shortcut {
    chances = List.copyOf(chances);
  }

  /** The share of items on which chance would be right. */
  public double chance() {
    return chances.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** The share of items on which the rule is right. */
  public double share() {
    return chances.isEmpty() ? 0 : (double) hits / chances.size();
  }

  /** Longest, shortest, first, second, ...; only rules that apply to an item. */
  static List<Shortcut> of(String capability, String where, List<ChooseForm> forms) {
    List<Shortcut> all = new ArrayList<>();
    all.add(byRule(capability, where, "choose the longest", forms, f -> extreme(f, 1)));
    all.add(byRule(capability, where, "choose the shortest", forms, f -> extreme(f, -1)));
    for (int place = 0; place < MOST_PLACES; place++) {
      int index = place;
      String rule = "choose number " + (place + 1);
      all.add(byRule(capability, where, rule, forms, f -> index < f.choices().size() ? index : -1));
    }
    all.removeIf(shortcut -> shortcut.chances.isEmpty());
    return all;
  }

  /** What a rule chooses. */
  private interface Rule {
    /** The index of a choice, or -1 where the rule does not apply. */
    int choose(ChooseForm form);
  }

  private static Shortcut byRule(
      String capability, String where, String name, List<ChooseForm> forms, Rule rule) {
    int hits = 0;
    List<Double> chances = new ArrayList<>();
    for (ChooseForm form : forms) {
      int chosen = rule.choose(form);
      if (chosen >= 0) {
        chances.add(1.0 / form.choices().size());
        hits += chosen == form.answer() ? 1 : 0;
      }
    }
    return new Shortcut(capability, where, name, hits, chances);
  }

  /** The only choice of the greatest length times {@code sign}, in characters; else -1. */
  private static int extreme(ChooseForm form, int sign) {
    List<Integer> lengths =
        form.choices().stream().map(choice -> sign * choice.strip().length()).toList();
    int most = Collections.max(lengths);
    return lengths.indexOf(most) == lengths.lastIndexOf(most) ? lengths.indexOf(most) : -1;
  }
}
