package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionBench.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The figures of {@link DecisionBench}, each beside its bar. */
final class BenchRows {
  static final String CLEAR = "right verdict where the truth is clear";
  static final String CLEAR_ALONE = "right verdict, clear, independent items";
  static final String CLEAR_CLUSTERED = "right verdict, clear, clustered items";
  static final String CLEAR_OPEN = "INCONCLUSIVE where the truth is clear";
  static final String SETTLED = "settled, all worlds";
  static final String AGREES = "right where settled, all worlds";
  static final String QUALITY_REGRET = "quality regret";
  static final String COST_REGRET = "cost regret";
  static final String WRONG_TUNE = "wrong TUNE, all worlds";
  static final String WRONG_PROMPT = "wrong PROMPT, all worlds";
  static final String WRONG_NEITHER = "wrong NEITHER, all worlds";
  static final String NOTHING = "dearer chosen though its true gain is none";
  static final String MUCH = "cheaper chosen though the true gain is worthwhile";
  static final String ALONE = ", independent items";
  static final String IN_CLUSTERS = ", clustered items";
  static final String OF_QUALITY = "95 % interval of quality";
  static final String OF_DIFFERENCE = "95 % interval of a difference";
  static final String QUALITY_BOUND = "one-sided 95 % bounds of quality";
  static final String DIFFERENCE_BOUND = "one-sided 95 % bound of a difference";
  static final String SETTLES = "settled by the further examples asked for";
  static final String NAMED = "undecided rounds that name a number of further examples";
  static final String MORE = "further examples asked for, mean";

  private static final double SAME = 0.95;
  private static final double SPENT = 0.40;

  private final BenchTally all;
  private final BenchTally foresight;
  private final BenchTally classes;
  private final List<Row> rows = new ArrayList<>();

  BenchRows(BenchTally all, BenchTally foresight, BenchTally classes) {
    this.all = all;
    this.foresight = foresight;
    this.classes = classes;
  }

  List<Row> all() {
    return List.copyOf(rows);
  }

  void head() {
    atLeast(all, CLEAR, 0.95);
    atLeast(all, CLEAR_ALONE, 0.95);
    atLeast(all, CLEAR_CLUSTERED, 0.95);
    plain(all, CLEAR_OPEN);
    atMost(all, NOTHING, NOTHING + ", all worlds", 0.05);
    atMost(all, MUCH, MUCH + ", all worlds", 0.06);
  }

  /** The worst of the worlds on the boundary. */
  void edge(String figure, double bar, BenchTally worst) {
    atMost(worst, figure, figure + ", worst world on the boundary", bar);
  }

  void rest() {
    atLeast(foresight, SETTLES, 0.75);
    plain(foresight, NAMED);
    rows.add(
        new Row(
            MORE, "", String.format(Locale.ROOT, "%.0f", foresight.mean(MORE)), Optional.empty()));
    for (String figure : List.of(SETTLED, AGREES, WRONG_TUNE, WRONG_PROMPT, WRONG_NEITHER)) {
      plain(all, figure);
    }
    rows.add(regret(QUALITY_REGRET, "points, mean over settled rounds"));
    rows.add(regret(COST_REGRET, "% of the right cost, mean over settled rounds"));
    for (String what : List.of(OF_QUALITY, OF_DIFFERENCE, QUALITY_BOUND, DIFFERENCE_BOUND)) {
      plain(all, what + ALONE);
      plain(all, what + IN_CLUSTERS);
    }
    rows.add(new Row(OF_QUALITY + ", macro-F1", "", share(classes, OF_QUALITY), Optional.empty()));
    rows.add(
        new Row(OF_DIFFERENCE + ", macro-F1", "", share(classes, OF_DIFFERENCE), Optional.empty()));
  }

  /** A share as it is. */
  static Row figure(BenchTally tally, String figure, String what) {
    return new Row(what, "", share(tally, figure), Optional.empty());
  }

  /** How much of the full grid's tokens is spent for the same verdict. */
  static List<Row> spared(BenchTally tally, String same, String tokens, String prefix) {
    return List.of(
        new Row(
            prefix + same,
            bar("at least", SAME),
            share(tally, same),
            reached(tally, same, SAME, 1)),
        new Row(
            prefix + tokens,
            bar("at most", SPENT),
            share(tally, tokens),
            reached(tally, tokens, SPENT, -1)));
  }

  private Row regret(String figure, String unit) {
    return new Row(
        figure,
        "",
        String.format(Locale.ROOT, "%.2f %s", 100 * all.mean(figure), unit),
        Optional.empty());
  }

  private void plain(BenchTally tally, String figure) {
    rows.add(new Row(figure, "", share(tally, figure), Optional.empty()));
  }

  private void atLeast(BenchTally tally, String figure, double bar) {
    rows.add(
        new Row(
            figure, bar("at least", bar), share(tally, figure), reached(tally, figure, bar, 1)));
  }

  private void atMost(BenchTally tally, String figure, String what, double bar) {
    rows.add(
        new Row(what, bar("at most", bar), share(tally, figure), reached(tally, figure, bar, -1)));
  }

  private static Optional<Boolean> reached(
      BenchTally tally, String figure, double bar, int direction) {
    return tally.has(figure)
        ? Optional.of(direction * (tally.mean(figure) - bar) >= 0)
        : Optional.empty();
  }

  private static String bar(String how, double bar) {
    return String.format(Locale.ROOT, "%s %.0f %%", how, 100 * bar);
  }

  private static String share(BenchTally tally, String figure) {
    return tally.has(figure)
        ? String.format(
            Locale.ROOT,
            "%.1f %% ± %.1f of %,d",
            100 * tally.mean(figure),
            100 * tally.error(figure),
            tally.count(figure))
        : "none of that kind was drawn";
  }
}
