package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.ComparisonPart;
import java.util.List;
import java.util.stream.Collectors;

/** Differences between candidates on the same items, with their intervals, around zero. */
final class ComparisonChart {
  private static final int WIDTH = 900;
  private static final int TOP = 36;
  private static final int ROW = 40;
  private static final int LABEL_LENGTH = 22;
  private static final double MIDDLE_X = 500;
  private static final double HALF_WIDTH = 190;
  private static final double P_X = 890;

  private final List<ComparisonPart> comparisons;

  ComparisonChart(List<ComparisonPart> comparisons) {
    this.comparisons = List.copyOf(comparisons);
  }

  String draw() {
    double bottom = TOP + comparisons.size() * ROW;
    Svg svg =
        new Svg("comparisons", WIDTH, (int) bottom + 26, "Candidates in pairs", description());
    svg.textEnd(MIDDLE_X - 12, 16, "t-head", "← second is better");
    svg.text(MIDDLE_X + 12, 16, "t-head", "first is better →");
    svg.textEnd(P_X, 16, "t-head", "only first / only second right, p");
    svg.line(MIDDLE_X, TOP - 8, MIDDLE_X, bottom, "zero");
    svg.textMiddle(MIDDLE_X, bottom + 18, "t-tick", "0");
    double scale = scale();
    svg.textMiddle(x(-scale, scale), bottom + 18, "t-tick", Figures.points(-scale));
    svg.textMiddle(x(scale, scale), bottom + 18, "t-tick", Figures.points(scale));
    for (int i = 0; i < comparisons.size(); i++) {
      row(svg, comparisons.get(i), TOP + i * ROW + ROW / 2.0, scale);
    }
    return svg.close();
  }

  private static void row(Svg svg, ComparisonPart part, double y, double scale) {
    svg.text(10, y - 2, "t-label", Svg.fit(part.a(), LABEL_LENGTH));
    svg.text(10, y + 14, "t-tick", "against " + Svg.fit(part.b(), LABEL_LENGTH));
    boolean shown = part.low() > 0 || part.high() < 0;
    String tone = shown ? " chosen" : "";
    svg.line(x(part.low(), scale), y, x(part.high(), scale), y, "whisker" + tone);
    svg.line(x(part.low(), scale), y - 5, x(part.low(), scale), y + 5, "whisker" + tone);
    svg.line(x(part.high(), scale), y - 5, x(part.high(), scale), y + 5, "whisker" + tone);
    svg.circle(x(part.difference(), scale), y, 5, "dot" + tone);
    svg.textMiddle(
        x(part.difference(), scale), y - 10, "t-value" + tone, Figures.points(part.difference()));
    svg.textEnd(
        P_X,
        y + 5,
        "t-value",
        part.onlyA() + " / " + part.onlyB() + ",  " + Figures.probability(part.p()));
  }

  private static double x(double difference, double scale) {
    return MIDDLE_X + HALF_WIDTH * difference / scale;
  }

  /** The largest bound, up to the next ten points, so that every interval fits. */
  private double scale() {
    double most =
        comparisons.stream()
            .mapToDouble(part -> Math.max(Math.abs(part.low()), Math.abs(part.high())))
            .max()
            .orElse(0);
    return Math.max(0.1, Math.ceil(most * 10) / 10);
  }

  private String description() {
    return comparisons.stream()
        .map(
            part ->
                part.a()
                    + " minus "
                    + part.b()
                    + ": "
                    + Figures.points(part.difference())
                    + ", between "
                    + Figures.points(part.low())
                    + " and "
                    + Figures.points(part.high()))
        .collect(Collectors.joining("; "));
  }
}
