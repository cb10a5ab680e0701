package dev.tuneworthy.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a list of texts as Python or JSON writes it, {@code ['a', "b"]}; evaluates nothing. */
final class PythonList {
  private final String text;
  private int at;

  private PythonList(String text) {
    this.text = text.strip();
  }

  /** The texts, or empty if it is not such a list. */
  static Optional<List<String>> parse(String text) {
    PythonList reader = new PythonList(text);
    if (!reader.text.startsWith("[") || !reader.text.endsWith("]")) {
      return Optional.empty();
    }
    reader.at = 1;
    return reader.elements();
  }

  private Optional<List<String>> elements() {
    List<String> all = new ArrayList<>();
    int end = text.length() - 1;
    skipSpace();
    while (at < end) {
      char quote = text.charAt(at);
      if (quote != '\'' && quote != '"') {
        return Optional.empty();
      }
      Optional<String> element = quoted(quote, end);
      if (element.isEmpty()) {
        return Optional.empty();
      }
      all.add(element.get());
      skipSpace();
      if (at < end && text.charAt(at++) != ',') {
        return Optional.empty();
      }
      skipSpace();
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private Optional<String> quoted(char quote, int end) {
    StringBuilder element = new StringBuilder();
    at++;
    while (at < end) {
      char c = text.charAt(at++);
      if (c == quote) {
        return Optional.of(element.toString());
      }
      element.append(c == '\\' && at < end ? escaped(text.charAt(at++)) : c);
    }
    return Optional.empty();
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      default -> c;
    };
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }
}
