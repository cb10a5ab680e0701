package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.DecisionRecord.RetentionModePart;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What tuning did to each capability in one mode: a ring before, a dot after. */
final class RetentionChart {
  private static final int WIDTH = 900;
  private static final int TOP = 36;
  private static final int ROW = 30;
  private static final int LABEL_LENGTH = 22;
  private static final double RATE_X = 190;
  private static final double RATE_WIDTH = 330;
  private static final double CHANGE_X = 650;
  private static final double FLIPS_X = 780;

  private final RetentionModePart mode;

  RetentionChart(RetentionModePart mode) {
    this.mode = mode;
  }

  String draw() {
    List<CapabilityPart> rows = new ArrayList<>();
    rows.add(mode.pooled());
    rows.addAll(mode.capabilities());
    double bottom = TOP + rows.size() * ROW;
    Svg svg =
        new Svg(
            "retention-" + mode.mode(),
            WIDTH,
            (int) bottom + 28,
            "Accuracy before and after tuning, mode " + mode.mode(),
            description(rows));
    svg.text(RATE_X, 16, "t-head", "○ base model   ● tuned model");
    svg.textEnd(CHANGE_X, 16, "t-head", "change");
    svg.textEnd(FLIPS_X, 16, "t-head", "lost / gained");
    svg.textEnd(WIDTH - 10, 16, "t-head", "finding");
    for (int tick = 0; tick <= 100; tick += 25) {
      double x = rateX(tick / 100.0);
      svg.line(x, TOP - 6, x, bottom, "grid");
      svg.textMiddle(x, bottom + 18, "t-tick", tick + " %");
    }
    for (int i = 0; i < rows.size(); i++) {
      row(svg, rows.get(i), TOP + i * ROW + ROW / 2.0, i == 0);
    }
    svg.line(0, TOP + ROW, WIDTH, TOP + ROW, "rule");
    return svg.close();
  }

  private static void row(Svg svg, CapabilityPart part, double y, boolean pooled) {
    String tone = tone(part.status());
    svg.text(
        10,
        y + 5,
        pooled ? "t-label strong" : "t-label",
        Svg.fit(pooled ? "all together" : part.name(), LABEL_LENGTH));
    double before = rateX(part.before());
    double after = rateX(part.after());
    svg.line(before, y, after, y, "link " + tone);
    svg.circle(before, y, 5, "ring");
    svg.circle(after, y, 5, "after " + tone);
    svg.textEnd(CHANGE_X, y + 5, "t-value", Figures.points(part.after() - part.before()));
    svg.textEnd(FLIPS_X, y + 5, "t-value", part.lost() + " / " + part.gained());
    svg.textEnd(WIDTH - 10, y + 5, "t-status " + tone, words(part.status()));
  }

  /** The class that colours a finding; the words say the same without colour. */
  static String tone(String status) {
    return switch (status) {
      case "PASS", "clear" -> "good";
      case "FAIL" -> "bad";
      case "UNKNOWN" -> "open";
      default -> "quiet";
    };
  }

  static String words(String status) {
    return switch (status) {
      case "PASS" -> "✓ pass";
      case "FAIL" -> "✕ fail";
      case "UNKNOWN" -> "? open";
      case "NOT_BINDING" -> "– not binding";
      case "clear" -> "✓ no alarm";
      case "excluded" -> "– at chance";
      default -> status;
    };
  }

  private static double rateX(double rate) {
    return RATE_X + RATE_WIDTH * Math.min(1, Math.max(0, rate));
  }

  private static String description(List<CapabilityPart> rows) {
    return rows.stream()
        .map(
            part ->
                part.name()
                    + ": "
                    + Figures.percent(part.before())
                    + " before, "
                    + Figures.percent(part.after())
                    + " after, "
                    + part.lost()
                    + " lost, "
                    + part.gained()
                    + " gained, "
                    + words(part.status()))
        .collect(Collectors.joining("; "));
  }
}
