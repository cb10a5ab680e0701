package dev.tuneworthy.decoder;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a Jinja source uses, found without rendering it.
 *
 * @param depths how deep the brackets of each expression nest
 * @param lengths characters of each expression without the texts in quotes
 */
record ChatTemplateNames(
    Set<String> tags, Set<String> filters, Set<Integer> depths, Set<Integer> lengths) {
  private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_][A-Za-z_0-9]*)");
  private static final Pattern TAG = Pattern.compile("^[-+]?\\s*([A-Za-z_]+)");
  private static final Pattern END_RAW = Pattern.compile("\\{%[-+]?\\s*endraw\\s*[-+]?%\\}");

  static ChatTemplateNames of(String source) {
    ChatTemplateNames names =
        new ChatTemplateNames(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    int at = source.indexOf('{');
    while (at >= 0 && at + 1 < source.length()) {
      at = source.indexOf('{', names.skip(source, at));
    }
    return names;
  }

  /** Notes what stands at a brace and returns where to go on. */
  private int skip(String source, int at) {
    return switch (source.charAt(at + 1)) {
      case '#' -> after(source, "#}", at + 2);
      case '{' -> code(source, at + 2, "}}", false);
      case '%' -> code(source, at + 2, "%}", true);
      default -> at + 1;
    };
  }

  private int code(String source, int start, String close, boolean tag) {
    StringBuilder bare = new StringBuilder();
    int i = start;
    while (i < source.length() && !source.startsWith(close, i)) {
      char c = source.charAt(i);
      if (c == '\'' || c == '"') {
        i = afterQuoted(source, i);
      } else {
        bare.append(c);
        i++;
      }
    }
    depths.add(depth(bare));
    lengths.add(bare.length());
    boolean raw = tag && note(bare);
    Matcher filter = FILTER.matcher(bare);
    while (filter.find()) {
      filters.add(filter.group(1));
    }
    return raw ? afterRaw(source, i) : Math.min(source.length(), i + close.length());
  }

  private static int depth(CharSequence bare) {
    int open = 0;
    int deepest = 0;
    for (int i = 0; i < bare.length(); i++) {
      char c = bare.charAt(i);
      open += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      deepest = Math.max(deepest, open);
    }
    return deepest;
  }

  /** Adds the tag's name; true where what follows is raw text. */
  private boolean note(CharSequence bare) {
    Matcher name = TAG.matcher(bare);
    if (!name.find()) {
      return false;
    }
    tags.add(name.group(1));
    return name.group(1).equals("raw");
  }

  private static int afterQuoted(String source, int start) {
    char quote = source.charAt(start);
    int i = start + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      i += source.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(source.length(), i + 1);
  }

  private static int afterRaw(String source, int start) {
    Matcher end = END_RAW.matcher(source);
    return end.find(Math.min(start, source.length())) ? end.end() : source.length();
  }

  private static int after(String source, String close, int start) {
    int found = source.indexOf(close, start);
    return found < 0 ? source.length() : found + close.length();
  }
}
