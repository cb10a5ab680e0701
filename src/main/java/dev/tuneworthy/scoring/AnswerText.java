package dev.tuneworthy.scoring;

/** The part of a free answer that is judged. */
public final class AnswerText {
  private static final String FENCE = "```";

  private AnswerText() {}

  /**
   * The answer without spaces around it and, if it begins with a code fence, the inside of that
   * fence alone. A fence further down is part of a longer text and stays.
   */
  public static String unfenced(String answer) {
    String text = answer.strip();
    if (!text.startsWith(FENCE)) {
      return text;
    }
    int line = text.indexOf('\n');
    int start = line < 0 ? FENCE.length() : line + 1;
    int end = text.indexOf(FENCE, start);
    return text.substring(Math.min(start, text.length()), end < 0 ? text.length() : end).strip();
  }

  /** The first line with anything on it, outside of fences; empty for a blank answer. */
  public static String firstLine(String answer) {
    return unfenced(answer)
        .lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .findFirst()
        .orElse("");
  }
}
