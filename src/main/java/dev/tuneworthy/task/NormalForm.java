package dev.tuneworthy.task;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Text as far as it counts when two texts are compared: Unicode NFKC, lower case, single spaces,
 * and no quotes, brackets or punctuation around it. A sign or decimal point before a digit and the
 * marks {@code % # & @ / \} belong to the content and stay.
 */
public final class NormalForm {
  private static final String KEPT = "%#&@/\\";

  private NormalForm() {}

  /** The normal form; empty only if the text holds nothing but spaces and punctuation. */
  public static String of(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\p{Cf}+", "")
            .replaceAll("(?U)[\\s\\p{Z}]+", " ")
            .strip();
    int start = 0;
    int end = plain.length();
    while (start < end && trimmed(plain, start)) {
      start += Character.charCount(plain.codePointAt(start));
    }
    while (end > start && trimmed(plain, end - 1)) {
      end--;
    }
    return plain.substring(start, end);
  }

  /**
   * The normal form, or where that is empty the text itself, so that '?' and '!' stay two texts.
   */
  public static String key(String text) {
    String normal = of(text);
    return normal.isEmpty() ? text.strip() : normal;
  }

  private static boolean trimmed(String text, int at) {
    int c = text.codePointAt(at);
    if (KEPT.indexOf(c) >= 0) {
      return false;
    }
    if (startsNumber(text, at)) {
      return false;
    }
    return c == '`'
        || Character.isWhitespace(c)
        || switch (Character.getType(c)) {
          case Character.CONNECTOR_PUNCTUATION,
                  Character.DASH_PUNCTUATION,
                  Character.START_PUNCTUATION,
                  Character.END_PUNCTUATION,
                  Character.INITIAL_QUOTE_PUNCTUATION,
                  Character.FINAL_QUOTE_PUNCTUATION,
                  Character.OTHER_PUNCTUATION ->
              true;
          default -> false;
        };
  }

  /** Whether a sign or a decimal point stands right before a digit: -5, .5, -.5. */
  private static boolean startsNumber(String text, int at) {
    int next = at;
    if (Character.getType(text.charAt(next)) == Character.DASH_PUNCTUATION) {
      next++;
    }
    if (next < text.length() && text.charAt(next) == '.') {
      next++;
    }
    return next > at && next < text.length() && Character.isDigit(text.charAt(next));
  }
}
