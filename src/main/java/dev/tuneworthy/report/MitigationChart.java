package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.MitigationPart;
import dev.tuneworthy.decision.DecisionRecord.MitigationTry;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Quality on the task against what is lost of the baseline suite: a numbered dot for each candidate
 * that was tried against forgetting, and the line of those that no other beats in both. Better is
 * further up and further left.
 */
final class MitigationChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 330;
  private static final double LEFT = 70;
  private static final double RIGHT = 560;
  private static final double TOP = 40;
  private static final double BOTTOM = 280;
  private static final double LEGEND_X = 590;
  private static final int MOST_IN_LEGEND = 14;
  private static final int LABEL_LENGTH = 34;

  private final MitigationPart searched;
  private final double most;
  private final double lowest;

  MitigationChart(MitigationPart searched) {
    this.searched = searched;
    double drop = searched.tried().stream().mapToDouble(MitigationChart::drop).max().orElse(0);
    double quality =
        searched.tried().stream().mapToDouble(MitigationTry::devQuality).min().orElse(0);
    this.most = Math.max(0.1, Math.ceil(drop * 10) / 10);
    this.lowest = Math.min(0.9, Math.floor(quality * 10) / 10);
  }

  String draw() {
    Svg svg =
        new Svg(
            "mitigation", WIDTH, HEIGHT, "Quality on the task against what is lost", description());
    svg.text(LEFT - 60, 16, "t-head", "Quality on dev");
    svg.textMiddle(
        (LEFT + RIGHT) / 2, BOTTOM + 42, "t-head", "Lost of retention-dev, in the worse mode");
    for (int tick = 0; tick <= 4; tick++) {
      double share = tick / 4.0;
      double y = y(lowest + share * (1 - lowest));
      svg.line(LEFT, y, RIGHT, y, "grid");
      svg.textEnd(LEFT - 8, y + 4, "t-tick", Figures.percent(lowest + share * (1 - lowest)));
      double x = x(share * most);
      svg.line(x, TOP, x, BOTTOM, "grid");
      svg.textMiddle(x, BOTTOM + 18, "t-tick", Figures.percent(share * most));
    }
    front(svg);
    for (int i = 0; i < searched.tried().size(); i++) {
      dot(svg, i);
    }
    return svg.close();
  }

  private void front(Svg svg) {
    List<MitigationTry> front =
        searched.tried().stream()
            .filter(MitigationTry::front)
            .sorted(Comparator.comparingDouble(MitigationChart::drop))
            .toList();
    for (int i = 1; i < front.size(); i++) {
      MitigationTry from = front.get(i - 1);
      MitigationTry to = front.get(i);
      svg.line(x(drop(from)), y(from.devQuality()), x(drop(to)), y(to.devQuality()), "link quiet");
    }
  }

  private void dot(Svg svg, int i) {
    MitigationTry each = searched.tried().get(i);
    boolean kept = searched.kept().filter(each.candidate()::equals).isPresent();
    String kind = kept ? " chosen" : "";
    double x = x(drop(each));
    double y = y(each.devQuality());
    svg.circle(x, y, 6, "dot" + kind);
    svg.textMiddle(x, y - 10, "t-value" + kind, String.valueOf(i + 1));
    if (i < MOST_IN_LEGEND) {
      svg.text(
          LEGEND_X,
          TOP + 6 + i * 19,
          "t-label" + kind,
          (i + 1) + "  " + Svg.fit(each.candidate(), LABEL_LENGTH));
    }
  }

  /** The share lost net of what was gained, in the mode that lost more; at least 0. */
  private static double drop(MitigationTry each) {
    return Math.max(0, Math.max(each.choose().drop(), each.generate().drop()));
  }

  private double x(double drop) {
    return LEFT + (RIGHT - LEFT) * drop / most;
  }

  private double y(double quality) {
    return BOTTOM - (BOTTOM - TOP) * (quality - lowest) / (1 - lowest);
  }

  private String description() {
    return IntStream.range(0, searched.tried().size())
        .mapToObj(
            i -> {
              MitigationTry each = searched.tried().get(i);
              return (i + 1)
                  + " "
                  + each.candidate()
                  + ": quality "
                  + Figures.percent(each.devQuality())
                  + ", lost "
                  + Figures.percent(drop(each));
            })
        .collect(Collectors.joining("; "));
  }
}
