package dev.tuneworthy.decision;

import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.stats.Bootstrap;
import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.stats.PairedCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Evidence for a metric that is no share of right answers, macro-F1: a bootstrap that draws whole
 * items, or whole clusters of them, the same for all finalists, from those that all of them
 * answered. Percentile bounds; where nothing varies, as when all are right, the bounds are those of
 * a rate of 0 or 1 (z&sup2;/(n + z&sup2;)).
 */
final class DrawnEvidence implements Evidence {
  static final int DRAWS = 2000;

  /** Draws kept when looking ahead, where speed matters more than the last digit. */
  private static final int FORESEEN_DRAWS = 200;

  private static final long SEED = 20_251_123;
  private static final double Z = 1.6448536269514722;

  private final int examples;
  private final int paired;
  private final List<Integer> missing;

  /** One for each finalist: its estimate and, in the order of the draws, its replicates. */
  private final List<Draws> draws;

  private record Draws(double estimate, double[] replicates) {}

  private DrawnEvidence(int examples, int paired, List<Integer> missing, List<Draws> draws) {
    this.examples = examples;
    this.paired = paired;
    this.missing = missing;
    this.draws = draws;
  }

  /**
   * @param scores at least one, with labels, all over the same examples
   */
  static DrawnEvidence of(List<TestScores> scores) {
    int n = scores.get(0).n();
    int[] common =
        IntStream.range(0, n)
            .filter(i -> scores.stream().allMatch(s -> s.marks().get(i) != Mark.MISSING))
            .toArray();
    List<int[]> clusters = scores.get(0).clustered(common);
    List<Draws> draws = new ArrayList<>();
    for (TestScores each : scores) {
      MacroF1 metric = new MacroF1(each.labels().orElseThrow());
      double estimate = metric.of(common.length == 0 ? each.judged() : common);
      // The same seed for all, so that a draw holds the same items for every finalist.
      draws.add(new Draws(estimate, replicates(metric, clusters, new SplittableRandom(SEED))));
    }
    return new DrawnEvidence(
        n, common.length, scores.stream().map(TestScores::missing).toList(), draws);
  }

  private static double[] replicates(MacroF1 metric, List<int[]> clusters, RandomGenerator random) {
    double[] replicates = new double[DRAWS];
    if (!clusters.isEmpty()) {
      Arrays.setAll(
          replicates, draw -> metric.of(Bootstrap.joined(Bootstrap.drawn(clusters, random))));
    }
    return replicates;
  }

  @Override
  public int examples() {
    return examples;
  }

  @Override
  public double value(int finalist) {
    return draws.get(finalist).estimate();
  }

  @Override
  public int missing(int finalist) {
    return missing.get(finalist);
  }

  @Override
  public double lower(int finalist) {
    return Math.max(0, bounds(finalist).low() * (1 - missingShare(finalist)));
  }

  @Override
  public double upper(int finalist) {
    double share = missingShare(finalist);
    return Math.min(1, bounds(finalist).high() * (1 - share) + share);
  }

  @Override
  public Interval interval(int finalist) {
    Bootstrap bootstrap = bootstrap(draws.get(finalist));
    Interval interval = bootstrap.interval(CONFIDENCE);
    double slack = slack(interval);
    return new Interval(Math.max(0, interval.low() - slack), Math.min(1, interval.high() + slack));
  }

  @Override
  public int paired(int first, int second) {
    return paired;
  }

  @Override
  public double difference(int first, int second) {
    return draws.get(first).estimate() - draws.get(second).estimate();
  }

  @Override
  public double pBetter(int first, int second) {
    return bootstrap(differences(first, second)).pNotAbove(0);
  }

  @Override
  public double upperDifference(int first, int second) {
    Bootstrap bootstrap = bootstrap(differences(first, second));
    return bootstrap.upper(CONFIDENCE) + slack(bootstrap.interval(CONFIDENCE));
  }

  @Override
  public Interval interval(int first, int second) {
    Interval interval = bootstrap(differences(first, second)).interval(CONFIDENCE);
    double slack = slack(interval);
    return new Interval(interval.low() - slack, interval.high() + slack);
  }

  @Override
  public double standardError(int first, int second) {
    return spread(differences(first, second));
  }

  @Override
  public double standardError(int finalist) {
    return spread(draws.get(finalist));
  }

  @Override
  public Optional<PairedCounts> counts(int first, int second) {
    return Optional.empty();
  }

  @Override
  public String method() {
    return "paired bootstrap, " + DRAWS + " draws, percentile 95 %, one-sided p";
  }

  /**
   * A normal picture of what more examples would show: a truth one bootstrap error away, an
   * estimate from the new examples around it, both averaged by their numbers; the errors shrink
   * with the root of n.
   */
  @Override
  public Evidence extended(int more, RandomGenerator random) {
    int drawn = draws.get(0).replicates.length;
    int truth = random.nextInt(drawn);
    int fresh = random.nextInt(drawn);
    int thinning = Math.max(1, drawn / FORESEEN_DRAWS);
    double old = (double) paired / (paired + more);
    double freshError = Math.sqrt((double) paired / more);
    double shrink = Math.sqrt(old);
    List<Draws> extended = new ArrayList<>();
    for (Draws each : draws) {
      double toTruth = each.replicates[truth] - each.estimate;
      double toFresh = (each.replicates[fresh] - each.estimate) * freshError;
      double estimate = each.estimate + (1 - old) * (toTruth + toFresh);
      double[] replicates =
          IntStream.range(0, drawn / thinning)
              .mapToDouble(i -> estimate + (each.replicates[i * thinning] - each.estimate) * shrink)
              .toArray();
      extended.add(new Draws(estimate, replicates));
    }
    int all = examples + more;
    List<Integer> gone =
        missing.stream().map(m -> (int) Math.round((double) m * all / examples)).toList();
    return new DrawnEvidence(all, paired + more, gone, extended);
  }

  private Interval bounds(int finalist) {
    Bootstrap bootstrap = bootstrap(draws.get(finalist));
    Interval interval = new Interval(bootstrap.lower(CONFIDENCE), bootstrap.upper(CONFIDENCE));
    double slack = slack(interval);
    return new Interval(interval.low() - slack, interval.high() + slack);
  }

  private double slack(Interval interval) {
    return interval.width() > 0 ? 0 : Z * Z / (paired + Z * Z);
  }

  private double missingShare(int finalist) {
    return (double) missing.get(finalist) / examples;
  }

  private double spread(Draws of) {
    double mean = Arrays.stream(of.replicates).average().orElse(0);
    double squares = Arrays.stream(of.replicates).map(r -> (r - mean) * (r - mean)).sum();
    return Math.max(1.0 / (paired + 1), Math.sqrt(squares / of.replicates.length));
  }

  private Draws differences(int first, int second) {
    double[] one = draws.get(first).replicates;
    double[] two = draws.get(second).replicates;
    double[] differences = new double[one.length];
    Arrays.setAll(differences, i -> one[i] - two[i]);
    return new Draws(difference(first, second), differences);
  }

  private static Bootstrap bootstrap(Draws draws) {
    double[] sorted = draws.replicates.clone();
    Arrays.sort(sorted);
    return new Bootstrap(draws.estimate, Arrays.stream(sorted).boxed().toList());
  }
}
