package dev.tuneworthy.report;

import java.util.Locale;

/**
 * Writes one inline picture. Every text is escaped here, colours come from the page's style sheet
 * by class, so that a picture follows light and dark. Lengths are in units of the view box.
 */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /**
   * @param id unique on the page
   * @param title what the picture shows
   * @param description its content for readers who do not see it
   */
  Svg(String id, int width, int height, String title, String description) {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">"
                + "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>",
            width,
            height,
            id,
            id,
            id,
            escape(title),
            id,
            escape(description)));
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    return add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        style, x1, y1, x2, y2);
  }

  Svg rectangle(double x, double y, double width, double height, double round, String style) {
    return add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\"/>",
        style, x, y, width, height, round);
  }

  Svg circle(double x, double y, double radius, String style) {
    return add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", style, x, y, radius);
  }

  /** Text that starts at {@code x}. */
  Svg text(double x, double y, String style, String text) {
    return anchored(x, y, "start", style, text);
  }

  /** Text that ends at {@code x}. */
  Svg textEnd(double x, double y, String style, String text) {
    return anchored(x, y, "end", style, text);
  }

  Svg textMiddle(double x, double y, String style, String text) {
    return anchored(x, y, "middle", style, text);
  }

  /** The picture; nothing can be added after. */
  String close() {
    return out.append("</svg>").toString();
  }

  private Svg anchored(double x, double y, String anchor, String style, String text) {
    return add(
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        style, x, y, anchor, escape(text));
  }

  private Svg add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
    return this;
  }

  /** Cuts a label to what fits, so that it never runs into the picture. */
  static String fit(String label, int characters) {
    return label.length() <= characters ? label : label.substring(0, characters - 1) + "…";
  }

  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
              }
            });
    return safe.toString();
  }
}
