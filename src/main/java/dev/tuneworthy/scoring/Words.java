package dev.tuneworthy.scoring;

/** Finds words in a text. */
public final class Words {
  private Words() {}

  /**
   * Whether {@code part} stands in {@code text} with no letter or digit right before or after it
   * where it begins or ends on one itself: "no" is in "oh no!" and not in "know". Both are compared
   * as they are.
   */
  public static boolean contain(String text, String part) {
    if (part.isEmpty()) {
      return true;
    }
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
      int end = at + part.length();
      boolean opens = at == 0 || !joined(text.codePointBefore(at), part.codePointAt(0));
      boolean closes =
          end == text.length()
              || !joined(part.codePointBefore(part.length()), text.codePointAt(end));
      if (opens && closes) {
        return true;
      }
    }
    return false;
  }

  /** The number of words, as spaces part them. */
  public static int count(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? 0 : stripped.split("\\s+").length;
  }

  private static boolean joined(int left, int right) {
    return Character.isLetterOrDigit(left) && Character.isLetterOrDigit(right);
  }
}
