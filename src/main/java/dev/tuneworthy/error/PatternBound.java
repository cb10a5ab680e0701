package dev.tuneworthy.error;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which regular expressions from outside may be compiled. RE2 matches in linear time, but writes
 * counted repetitions out: {@code ((x{1000}){1000}){1000}} would fill any memory.
 */
public final class PatternBound {
  /** What a pattern should have been, for errors. */
  public static final String EXPECTED =
      "a pattern in RE2 syntax, at most 2000 characters long, its counted repetitions small";

  private static final int MOST_CHARACTERS = 2_000;
  private static final double MOST_WRITTEN_OUT = 1 << 20;
  private static final Pattern COUNT = Pattern.compile("\\{([0-9]+)(?:,([0-9]*))?\\}");

  private PatternBound() {}

  /** Whether the pattern stays small even if each of its repetitions stood inside the others. */
  public static boolean allows(String regex) {
    if (regex.length() > MOST_CHARACTERS) {
      return false;
    }
    double writtenOut = regex.length();
    Matcher count = COUNT.matcher(regex);
    while (count.find()) {
      String most = count.group(2);
      String times = most == null || most.isEmpty() ? count.group(1) : most;
      writtenOut *= Math.max(1, Double.parseDouble(times));
    }
    return writtenOut <= MOST_WRITTEN_OUT;
  }
}
