package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionBench.Row;
import dev.tuneworthy.stats.McNemar;
import dev.tuneworthy.stats.PairedCounts;
import dev.tuneworthy.stats.Tango;
import dev.tuneworthy.stats.Wilson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How often the intervals hold the truth and the test for a gain errs where items are independent,
 * by weighing every outcome with its probability: no Monte-Carlo error. The probabilities are
 * computed here, by logarithms of factorials.
 */
final class ExactCoverage {
  private static final int[] SIZES = {30, 50, 100, 300, 1000};
  private static final double[] DISCORDANCES = {0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5};

  /** Of the items that differ: none more one way than the other, up to all one way. */
  private static final double[] ONE_SIDED = {0, 0.25, 0.5, 0.75, 0.9, 1};

  private static final double CONFIDENCE = 0.95;

  /** Expected differing items from which Tango's interval has to be close to its confidence. */
  private static final double MANY = 10;

  /** Outcomes so many standard deviations off and further weigh less than 1e-8 together. */
  private static final double FAR = 6;

  private static final double[] LOG_FACTORIALS = logFactorials(1000);

  private ExactCoverage() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int n : SIZES) {
      rows.add(wilson(n));
    }
    rows.addAll(tango());
    rows.add(gain());
    return rows;
  }

  private static Row wilson(int n) {
    double[] coverage =
        DoubleStream.iterate(5, percent -> percent <= 95, percent -> percent + 1)
            .map(percent -> wilson(n, percent / 100))
            .toArray();
    double low = DoubleStream.of(coverage).min().orElseThrow();
    double high = DoubleStream.of(coverage).max().orElseThrow();
    double mean = DoubleStream.of(coverage).average().orElseThrow();
    boolean few = n <= 100;
    double least = few ? 0.92 : 0.935;
    double most = few ? 0.981 : 0.965;
    return new Row(
        "Wilson 95 %%, n = %d, rates .05 to .95".formatted(n),
        String.format(
            Locale.ROOT, "%.1f to %.1f %%, mean 94.5 to 95.5 %%", 100 * least, 100 * most),
        String.format(Locale.ROOT, "%s, mean %.2f %%, exact", range(low, high), 100 * mean),
        Optional.of(low >= least && high <= most && mean >= 0.945 && mean <= 0.955));
  }

  /** The chance that the interval of one rate holds it. */
  static double wilson(int n, double rate) {
    double covered = 0;
    for (int right = 0; right <= n; right++) {
      if (Wilson.interval(right, n, CONFIDENCE).contains(rate)) {
        covered += chance(n, right, 0, rate, 0);
      }
    }
    return covered;
  }

  private static List<Row> tango() {
    double few = 1;
    double low = 1;
    double high = 0;
    for (int n : SIZES) {
      for (double discordance : DISCORDANCES) {
        for (double oneSided : ONE_SIDED) {
          double first = discordance * (1 + oneSided) / 2;
          double coverage = tango(n, first, discordance - first);
          if (n * discordance < MANY - 1e-9) {
            few = Math.min(few, coverage);
          } else {
            low = Math.min(low, coverage);
            high = Math.max(high, coverage);
          }
        }
      }
    }
    return List.of(
        new Row(
            "Tango 95 %, n·ψ at least 10",
            "93.5 to 96.5 %",
            range(low, high) + ", exact",
            Optional.of(low >= 0.935 && high <= 0.965)),
        new Row(
            "Tango 95 %, n·ψ under 10",
            "at least 92.5 %",
            String.format(Locale.ROOT, "%.2f %% or more, exact", 100 * few),
            Optional.of(few >= 0.925)));
  }

  /**
   * The chance that the interval of a difference holds it.
   *
   * @param first chance that the first alone is right on an item
   * @param second the same of the second
   */
  static double tango(int n, double first, double second) {
    double covered = 0;
    for (int b = least(n, first); b <= most(n, first); b++) {
      for (int c = least(n, second); c <= Math.min(n - b, most(n, second)); c++) {
        PairedCounts counts = new PairedCounts(n, b, c);
        if (Tango.interval(counts, CONFIDENCE).contains(first - second)) {
          covered += chance(n, b, c, first, second);
        }
      }
    }
    return covered;
  }

  /** How often equal candidates differ in what the rule takes for a gain, at worst. */
  private static Row gain() {
    double worst = 0;
    String where = "";
    for (int n : SIZES) {
      double[] given = new double[n + 1];
      for (int differing = 1; differing <= n; differing++) {
        given[differing] = gain(n, differing);
      }
      for (int percent = 1; percent <= 50; percent++) {
        double error = 0;
        for (int differing = 1; differing <= n; differing++) {
          error += given[differing] * chance(n, differing, 0, percent / 100.0, 0);
        }
        if (error > worst) {
          worst = error;
          where = "n = %d, ψ = %d %%".formatted(n, percent);
        }
      }
    }
    return new Row(
        "a gain shown where there is none, independent items, worst n and ψ",
        "at most 5 %",
        String.format(Locale.ROOT, "%.2f %% (%s), exact", 100 * worst, where),
        Optional.of(worst <= 0.05));
  }

  /** The chance that a gain is shown if so many items differ, either way alike. */
  private static double gain(int n, int differing) {
    double chance = 0;
    for (int b = differing; b >= 0; b--) {
      if (McNemar.midPOneSided(new PairedCounts(n, b, differing - b)) > Contest.LEVEL) {
        break;
      }
      chance += chance(differing, b, 0, 0.5, 0);
    }
    return chance;
  }

  /** Multinomial: so many of one kind, so many of another, the rest of a third. */
  private static double chance(int n, int b, int c, double ofB, double ofC) {
    double rest = 1 - ofB - ofC;
    return Math.exp(
        LOG_FACTORIALS[n]
            - LOG_FACTORIALS[b]
            - LOG_FACTORIALS[c]
            - LOG_FACTORIALS[n - b - c]
            + power(b, ofB)
            + power(c, ofC)
            + power(n - b - c, rest));
  }

  private static double power(int times, double chance) {
    return times == 0 ? 0 : times * Math.log(Math.max(chance, 1e-300));
  }

  private static int least(int n, double chance) {
    return (int) Math.max(0, n * chance - FAR * spread(n, chance) - 1);
  }

  private static int most(int n, double chance) {
    return chance <= 0 ? 0 : (int) Math.min(n, n * chance + FAR * spread(n, chance) + FAR);
  }

  private static double spread(int n, double chance) {
    return Math.sqrt(n * chance * (1 - chance));
  }

  private static double[] logFactorials(int most) {
    double[] logs = new double[most + 1];
    for (int i = 1; i <= most; i++) {
      logs[i] = logs[i - 1] + Math.log(i);
    }
    return logs;
  }

  private static String range(double low, double high) {
    return String.format(Locale.ROOT, "%.2f to %.2f %%", 100 * low, 100 * high);
  }
}
