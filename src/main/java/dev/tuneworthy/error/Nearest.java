package dev.tuneworthy.error;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the known name that a mistyped one most likely meant, by the edit distance of adjacent
 * transpositions (Damerau 1964; the restricted form, without regard to case).
 */
public final class Nearest {
  /** Longer names are cut here, so that a hostile key costs nothing. */
  private static final int LONGEST = 100;

  private Nearest() {}

  /**
   * The known name with the least distance, first in the alphabet among equals; empty if none is
   * known.
   */
  public static Optional<String> to(String found, Collection<String> known) {
    return new TreeSet<>(known)
        .stream().min(Comparator.comparingInt(name -> distance(found, name)));
  }

  /** The remedy for an unknown name: {@code Did you mean 'choices'? Known: a, b, c.} */
  public static String remedy(String found, Collection<String> known) {
    String all = "Known: " + String.join(", ", new TreeSet<>(known)) + ".";
    return to(found, known).map(name -> "Did you mean '" + name + "'? " + all).orElse(all);
  }

  static int distance(String a, String b) {
    String x = cut(a);
    String y = cut(b);
    int[] before = new int[y.length() + 1];
    int[] last = new int[y.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= x.length(); i++) {
      int[] row = new int[y.length() + 1];
      row[0] = i;
      for (int j = 1; j <= y.length(); j++) {
        int change = x.charAt(i - 1) == y.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
        if (i > 1
            && j > 1
            && x.charAt(i - 1) == y.charAt(j - 2)
            && x.charAt(i - 2) == y.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      before = last;
      last = row;
    }
    return last[y.length()];
  }

  private static String cut(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.length() <= LONGEST ? lower : lower.substring(0, LONGEST);
  }
}
