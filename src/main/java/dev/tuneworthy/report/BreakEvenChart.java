package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.BreakEvenPart;
import dev.tuneworthy.decision.DecisionRecord.CurvesPart;
import dev.tuneworthy.decision.DecisionRecord.HorizonPoint;
import dev.tuneworthy.decision.DecisionRecord.VolumePoint;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What the best prompt and the best tuned candidate cost: at the left over requests a month, both
 * axes logarithmic, at the right over months. Where the lines cross is the break-even.
 */
final class BreakEvenChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 350;
  private static final double TOP = 60;
  private static final double BOTTOM = 290;
  private static final int LABEL_LENGTH = 48;

  /** The least amount that a logarithmic axis shows; what costs less lies on it. */
  private static final double LEAST = 0.01;

  private final BreakEvenPart part;
  private final CurvesPart curves;
  private final Optional<Long> requestsNow;
  private final Optional<Integer> monthsNow;

  /** One picture of the two: where it lies, and what its axes carry. */
  private record Panel(double left, double right, Axis across, Axis up) {
    double x(double value) {
      return left + (right - left) * across.share(value);
    }

    double y(double value) {
      return BOTTOM - (BOTTOM - TOP) * up.share(value);
    }
  }

  /** From the least to the most value, straight or in powers of ten. */
  private record Axis(double low, double high, boolean logarithmic) {
    static Axis powers(double least, double most) {
      double low = Math.floor(Math.log10(Math.max(LEAST, least)));
      double high = Math.ceil(Math.log10(Math.max(LEAST, most)));
      return new Axis(low, high == low ? low + 1 : high, true);
    }

    static Axis straight(double low, double high) {
      return new Axis(low, high > low ? high : low + 1, false);
    }

    double share(double value) {
      double at = logarithmic ? Math.log10(Math.max(LEAST, value)) : value;
      return Math.max(0, Math.min(1, (at - low) / (high - low)));
    }

    /** At most six values between the ends, both included. */
    List<Double> ticks() {
      double step = logarithmic ? Math.max(1, Math.ceil((high - low) / 5)) : (high - low) / 4;
      List<Double> ticks = new ArrayList<>();
      for (double at = low; at <= high + 1e-9; at += step) {
        ticks.add(logarithmic ? Math.pow(10, at) : at);
      }
      return ticks;
    }
  }

  /** A place on a line. */
  private record Point(double at, double cost) {}

  /**
   * @param requestsNow the policy's traffic, if it is known
   * @param monthsNow the policy's horizon, if it is known
   */
  BreakEvenChart(
      BreakEvenPart part,
      CurvesPart curves,
      Optional<Long> requestsNow,
      Optional<Integer> monthsNow) {
    this.part = part;
    this.curves = curves;
    this.requestsNow = requestsNow;
    this.monthsNow = monthsNow;
  }

  String draw() {
    Svg svg =
        new Svg("break-even", WIDTH, HEIGHT, "Cost of prompting and of tuning", description());
    svg.line(20, 14, 44, 14, "cost");
    svg.text(52, 19, "t-label", Svg.fit(curves.prompt(), LABEL_LENGTH));
    svg.line(460, 14, 484, 14, "cost chosen");
    svg.text(492, 19, "t-label chosen", Svg.fit(curves.tuned(), LABEL_LENGTH));
    byVolume(svg);
    byHorizon(svg);
    return svg.close();
  }

  private void byVolume(Svg svg) {
    List<Point> prompt =
        points(curves.byVolume(), VolumePoint::requestsPerMonth, VolumePoint::prompt);
    List<Point> tuned =
        points(curves.byVolume(), VolumePoint::requestsPerMonth, VolumePoint::tuned);
    if (prompt.isEmpty()) {
      return;
    }
    Panel panel =
        new Panel(
            80,
            420,
            Axis.powers(prompt.get(0).at(), prompt.get(prompt.size() - 1).at()),
            Axis.powers(
                costs(prompt, tuned).min().orElse(0), costs(prompt, tuned).max().orElse(0)));
    String horizon = monthsNow.map(months -> "USD over " + months + " months").orElse("USD");
    frame(svg, panel, horizon, "Requests a month");
    requestsNow.ifPresent(now -> mark(svg, panel, now));
    part.requestsPerMonth()
        .filter(at -> at >= prompt.get(0).at() && at <= prompt.get(prompt.size() - 1).at())
        .ifPresent(at -> svg.circle(panel.x(at), panel.y(between(tuned, at)), 7, "ring"));
    line(svg, panel, prompt, "cost");
    line(svg, panel, tuned, "cost chosen");
  }

  private void byHorizon(Svg svg) {
    List<Point> prompt = points(curves.byHorizon(), HorizonPoint::months, HorizonPoint::prompt);
    List<Point> tuned = points(curves.byHorizon(), HorizonPoint::months, HorizonPoint::tuned);
    if (prompt.isEmpty()) {
      return;
    }
    Panel panel =
        new Panel(
            540,
            880,
            Axis.straight(0, prompt.get(prompt.size() - 1).at()),
            Axis.straight(0, costs(prompt, tuned).max().orElse(1)));
    String volume =
        requestsNow.map(n -> "USD at " + Figures.count(n) + " requests a month").orElse("USD");
    frame(svg, panel, volume, "Months");
    monthsNow.ifPresent(now -> mark(svg, panel, now));
    line(svg, panel, prompt, "cost");
    line(svg, panel, tuned, "cost chosen");
  }

  private static void frame(Svg svg, Panel panel, String upTitle, String acrossTitle) {
    svg.text(panel.left() - 60, TOP - 18, "t-head", upTitle);
    svg.textMiddle((panel.left() + panel.right()) / 2, BOTTOM + 42, "t-head", acrossTitle);
    for (double tick : panel.up().ticks()) {
      double y = panel.y(tick);
      svg.line(panel.left(), y, panel.right(), y, "grid");
      svg.textEnd(panel.left() - 8, y + 4, "t-tick", brief(tick));
    }
    for (double tick : panel.across().ticks()) {
      double x = panel.x(tick);
      svg.line(x, TOP, x, BOTTOM, "grid");
      svg.textMiddle(x, BOTTOM + 18, "t-tick", brief(tick));
    }
  }

  private static void mark(Svg svg, Panel panel, double now) {
    svg.line(panel.x(now), TOP, panel.x(now), BOTTOM, "required");
    svg.textMiddle(panel.x(now), TOP - 4, "t-required", "policy");
  }

  private static void line(Svg svg, Panel panel, List<Point> points, String style) {
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      svg.line(
          panel.x(from.at()), panel.y(from.cost()), panel.x(to.at()), panel.y(to.cost()), style);
    }
  }

  /** The cost at a place, from the points beside it. */
  private static double between(List<Point> points, double at) {
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      if (at <= to.at()) {
        double share = (at - from.at()) / (to.at() - from.at());
        return from.cost() + share * (to.cost() - from.cost());
      }
    }
    return points.get(points.size() - 1).cost();
  }

  private static <T> List<Point> points(
      List<T> from, ToDoubleFunction<T> at, Function<T, String> cost) {
    List<Point> points = new ArrayList<>();
    for (T each : from) {
      Figures.amount(cost.apply(each))
          .map(BigDecimal::doubleValue)
          .ifPresent(usd -> points.add(new Point(at.applyAsDouble(each), usd)));
    }
    return points;
  }

  private static DoubleStream costs(List<Point> one, List<Point> other) {
    return Stream.concat(one.stream(), other.stream()).mapToDouble(Point::cost);
  }

  /** As short as a tick allows: 20, 5k, 1.5M. */
  private static String brief(double value) {
    String[] units = {"", "k", "M", "G"};
    int unit = 0;
    double left = value;
    while (left >= 1000 && unit < units.length - 1) {
      left /= 1000;
      unit++;
    }
    double shown = left < 1 ? left : Math.round(left * 10) / 10.0;
    String digits =
        shown == Math.rint(shown)
            ? String.format(Locale.ROOT, "%.0f", shown)
            : String.format(Locale.ROOT, left < 1 ? "%.2g" : "%.1f", shown);
    return digits + units[unit];
  }

  private String description() {
    String ends =
        curves.byVolume().isEmpty()
            ? ""
            : "; at %s requests a month %s against %s USD"
                .formatted(
                    Figures.count(last(curves.byVolume()).requestsPerMonth()),
                    last(curves.byVolume()).prompt(),
                    last(curves.byVolume()).tuned());
    return part.requestsPerMonth()
            .map(at -> "They cost the same at " + Figures.count(Math.round(at)) + " requests")
            .orElse("They never change places")
        + ends;
  }

  private static <T> T last(List<T> some) {
    return some.get(some.size() - 1);
  }
}
