package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.LearningCurvePart;
import dev.tuneworthy.report.ReportView.Curve;
import dev.tuneworthy.report.ReportView.CurveRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts the learning curve into a table, what is predicted last. */
final class CurveWording {
  private CurveWording() {}

  static Curve of(LearningCurvePart part) {
    List<CurveRow> rows = new ArrayList<>();
    part.points()
        .forEach(
            point ->
                rows.add(
                    new CurveRow(
                        Figures.count(point.examples()),
                        Figures.percent(point.quality()),
                        interval(point.low(), point.high()),
                        "measured on " + Figures.count(point.n()) + " items of " + part.split())));
    rows.add(
        new CurveRow(
            Figures.count(part.doubled()),
            Figures.percent(part.predicted()),
            interval(part.low(), part.high()),
            "by the curve"));
    return new Curve(
        part.candidate(),
        part.words(),
        String.format(
            Locale.ROOT,
            "A power law through what was measured of %s: the error falls with the number of"
                + " examples to the power of %.2f (95 %% interval %.2f to %.2f).",
            part.candidate(),
            -part.exponent(),
            -part.exponentHigh(),
            -part.exponentLow()),
        rows);
  }

  private static String interval(double low, double high) {
    return Figures.percent(low) + " to " + Figures.percent(high);
  }
}
