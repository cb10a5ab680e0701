package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Quality against cost: a row for each candidate, quality with its interval on the left, cost on
 * the right, so that equal costs and unknown ones can be read as well as unequal ones.
 */
final class CandidateChart {
  private static final int WIDTH = 900;
  private static final int TOP = 46;
  private static final int ROW = 46;
  private static final int LABEL_LENGTH = 24;
  private static final double QUALITY_X = 210;
  private static final double QUALITY_WIDTH = 350;
  private static final double COST_X = 620;
  private static final double COST_WIDTH = 150;

  private final List<CandidatePart> candidates;
  private final Optional<String> highlighted;
  private final Optional<Double> minimum;
  private final String costTitle;

  /**
   * @param highlighted the candidate that the verdict recommends or leans towards
   * @param minimum the quality that the policy asks for, where the record tells it
   */
  CandidateChart(
      List<CandidatePart> candidates,
      Optional<String> highlighted,
      Optional<Double> minimum,
      String costTitle) {
    this.candidates = List.copyOf(candidates);
    this.highlighted = highlighted;
    this.minimum = minimum;
    this.costTitle = costTitle;
  }

  String draw() {
    int height = TOP + candidates.size() * ROW + 30;
    Svg svg = new Svg("quality-cost", WIDTH, height, "Quality against cost", description());
    double bottom = TOP + candidates.size() * ROW;
    svg.text(QUALITY_X, 16, "t-head", "Quality, with its 95 % interval");
    svg.text(COST_X, 16, "t-head", costTitle);
    for (int tick = 0; tick <= 100; tick += 25) {
      double x = qualityX(tick / 100.0);
      svg.line(x, TOP - 8, x, bottom, "grid");
      svg.textMiddle(x, bottom + 18, "t-tick", tick + " %");
    }
    svg.line(COST_X, TOP - 8, COST_X, bottom, "grid");
    double y = TOP;
    for (CandidatePart candidate : candidates) {
      row(svg, candidate, y);
      y += ROW;
    }
    minimum.ifPresent(value -> minimumLine(svg, value, bottom));
    return svg.close();
  }

  private void row(Svg svg, CandidatePart candidate, double y) {
    boolean chosen = highlighted.filter(candidate.id()::equals).isPresent();
    String kind = chosen ? " chosen banded" : "";
    double middle = y + ROW / 2.0;
    if (chosen) {
      svg.rectangle(0, y + 2, WIDTH, ROW - 4, 6, "band");
    }
    svg.text(10, middle + 5, "t-label" + kind, Svg.fit(candidate.id(), LABEL_LENGTH));
    double low = qualityX(candidate.quality().low());
    double high = qualityX(candidate.quality().high());
    double at = qualityX(candidate.quality().value());
    svg.line(low, middle, high, middle, "whisker" + kind);
    svg.line(low, middle - 5, low, middle + 5, "whisker" + kind);
    svg.line(high, middle - 5, high, middle + 5, "whisker" + kind);
    svg.circle(at, middle, 6, "dot" + kind);
    svg.textMiddle(at, middle - 11, "t-value" + kind, Figures.percent(candidate.quality().value()));
    cost(svg, candidate, middle, kind);
  }

  private void cost(Svg svg, CandidatePart candidate, double middle, String kind) {
    Optional<BigDecimal> amount = Figures.amount(candidate.cost().overHorizon());
    if (amount.isEmpty()) {
      svg.text(COST_X + 8, middle + 5, "t-missing", "unknown");
      return;
    }
    double width = most().signum() <= 0 ? 0 : COST_WIDTH * share(amount.get());
    svg.rectangle(COST_X, middle - 7, Math.max(width, 1.5), 14, 2, "bar" + kind);
    svg.text(
        COST_X + Math.max(width, 1.5) + 8,
        middle + 5,
        "t-value" + kind,
        Figures.money(candidate.cost().overHorizon(), candidate.cost().currency()));
  }

  private static void minimumLine(Svg svg, double value, double bottom) {
    double x = qualityX(value);
    svg.line(x, TOP - 8, x, bottom, "required");
    svg.textMiddle(x, TOP - 12, "t-required", "required " + Math.round(value * 100) + " %");
  }

  private static double qualityX(double rate) {
    return QUALITY_X + QUALITY_WIDTH * Math.min(1, Math.max(0, rate));
  }

  private double share(BigDecimal amount) {
    return Math.max(0, amount.doubleValue() / most().doubleValue());
  }

  private BigDecimal most() {
    return candidates.stream()
        .flatMap(candidate -> Figures.amount(candidate.cost().overHorizon()).stream())
        .max(BigDecimal::compareTo)
        .orElse(BigDecimal.ZERO);
  }

  private String description() {
    return candidates.stream()
        .map(
            candidate ->
                candidate.id()
                    + ": quality "
                    + Figures.percent(candidate.quality().value())
                    + ", cost "
                    + Figures.money(candidate.cost().overHorizon(), candidate.cost().currency()))
        .collect(Collectors.joining("; "));
  }
}
