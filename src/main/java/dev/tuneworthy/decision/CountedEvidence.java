package dev.tuneworthy.decision;

import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.stats.DesignEffect;
import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.stats.McNemar;
import dev.tuneworthy.stats.PairedCounts;
import dev.tuneworthy.stats.Tango;
import dev.tuneworthy.stats.Wilson;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.GammaDistribution;

/**
 * Evidence where quality is the share of right answers: how many items show each pattern of right,
 * wrong and missing over the finalists, which is all that the tests use. A pattern is a number in
 * base 3 whose digit for a finalist is its {@link Mark}. Where examples come in clusters, every
 * bound and test is widened by the {@link DesignEffect} on that finalist's marks, or on the
 * differences of that pair.
 */
final class CountedEvidence implements Evidence {
  private static final int MARKS = Mark.values().length;

  /** Two-sided p-value over which a difference was not shown: 5 % to either side. */
  private static final double NOT_SHOWN = 0.10;

  private final int finalists;
  private final int examples;
  private final int[] counts;

  /** Of each pair's differences; on the diagonal those of each finalist's marks. */
  private final double[][] effects;

  private CountedEvidence(int finalists, int[] counts, double[][] effects) {
    this.finalists = finalists;
    this.counts = counts;
    this.effects = effects;
    this.examples = Arrays.stream(counts).sum();
  }

  /**
   * @param scores at least one, all over the same examples
   */
  static CountedEvidence of(List<TestScores> scores) {
    int[] counts = new int[(int) Math.pow(MARKS, scores.size())];
    for (int item = 0; item < scores.get(0).n(); item++) {
      int pattern = 0;
      for (int f = scores.size() - 1; f >= 0; f--) {
        pattern = pattern * MARKS + scores.get(f).marks().get(item).digit();
      }
      counts[pattern]++;
    }
    return new CountedEvidence(scores.size(), counts, effects(scores));
  }

  private static double[][] effects(List<TestScores> scores) {
    double[][] effects = new double[scores.size()][scores.size()];
    List<Integer> clusters = scores.get(0).clusters();
    for (int first = 0; first < scores.size(); first++) {
      for (int second = 0; second < scores.size(); second++) {
        TestScores one = scores.get(first);
        TestScores two = scores.get(second);
        effects[first][second] =
            clusters.isEmpty()
                ? DesignEffect.NONE
                : first == second ? effect(one) : DesignEffect.of(differences(one, two), clusters);
      }
    }
    return effects;
  }

  /** The effect of clusters on the share right of one candidate. */
  static double effect(TestScores scores) {
    return scores.clusters().isEmpty()
        ? DesignEffect.NONE
        : DesignEffect.of(marks(scores), scores.clusters());
  }

  private static double[] marks(TestScores scores) {
    return scores.marks().stream().mapToDouble(mark -> mark == Mark.RIGHT ? 1 : 0).toArray();
  }

  /** A pair of which one is missing says nothing of a difference. */
  private static double[] differences(TestScores first, TestScores second) {
    double[] differences = new double[first.n()];
    for (int i = 0; i < differences.length; i++) {
      Mark one = first.marks().get(i);
      Mark two = second.marks().get(i);
      boolean both = one != Mark.MISSING && two != Mark.MISSING;
      differences[i] = both ? two.digit() - one.digit() : 0;
    }
    return differences;
  }

  private boolean clustered() {
    return Arrays.stream(effects).flatMapToDouble(Arrays::stream).anyMatch(e -> e > 1);
  }

  @Override
  public int examples() {
    return examples;
  }

  @Override
  public double value(int finalist) {
    int judged = examples - missing(finalist);
    return judged == 0 ? 0 : (double) count(finalist, Mark.RIGHT) / judged;
  }

  @Override
  public int missing(int finalist) {
    return count(finalist, Mark.MISSING);
  }

  @Override
  public double lower(int finalist) {
    return Wilson.lower(
        count(finalist, Mark.RIGHT), examples, CONFIDENCE, effects[finalist][finalist]);
  }

  @Override
  public double upper(int finalist) {
    int atBest = count(finalist, Mark.RIGHT) + missing(finalist);
    return Wilson.upper(atBest, examples, CONFIDENCE, effects[finalist][finalist]);
  }

  @Override
  public Interval interval(int finalist) {
    int judged = examples - missing(finalist);
    return Wilson.interval(
        count(finalist, Mark.RIGHT), judged, CONFIDENCE, effects[finalist][finalist]);
  }

  @Override
  public int paired(int first, int second) {
    return pair(first, second).n();
  }

  @Override
  public double difference(int first, int second) {
    return pair(first, second).difference();
  }

  @Override
  public double pBetter(int first, int second) {
    return McNemar.midPOneSided(pair(first, second), effects[first][second]);
  }

  @Override
  public double upperDifference(int first, int second) {
    return Tango.upper(pair(first, second), CONFIDENCE, effects[first][second]);
  }

  @Override
  public Interval interval(int first, int second) {
    return Tango.interval(pair(first, second), CONFIDENCE, effects[first][second]);
  }

  /**
   * With half an item added to each way of differing, so that it is never 0 (after Agresti 2005).
   */
  @Override
  public double standardError(int first, int second) {
    PairedCounts pair = pair(first, second);
    double n = pair.n() + 1.0;
    double share = (pair.discordant() + 1.0) / n;
    double difference = (pair.onlyFirst() - pair.onlySecond()) / n;
    return Math.sqrt(effects[first][second] * (share - difference * difference) / n);
  }

  @Override
  public double standardError(int finalist) {
    double n = examples - missing(finalist) + 2.0;
    double rate = (count(finalist, Mark.RIGHT) + 1) / n;
    return Math.sqrt(effects[finalist][finalist] * rate * (1 - rate) / n);
  }

  @Override
  public Optional<PairedCounts> counts(int first, int second) {
    return Optional.of(pair(first, second));
  }

  @Override
  public String method() {
    return "Tango 95 %, one-sided mid-p McNemar"
        + (clustered() ? ", widened for examples in clusters" : "");
  }

  /** Draws the shares of the patterns from a Dirichlet posterior (Perks' prior), then the items. */
  @Override
  public Evidence extended(int more, RandomGenerator random) {
    double[] shares = shares(random);
    int[] drawn = counts.clone();
    int left = more;
    double rest = 1;
    for (int pattern = 0; pattern < counts.length && left > 0; pattern++) {
      if (shares[pattern] > 0) {
        double chance = Math.min(1, shares[pattern] / rest);
        int items =
            chance >= 1
                ? left
                : BinomialDistribution.of(left, chance).createSampler(random::nextLong).sample();
        drawn[pattern] += items;
        left -= items;
        rest -= shares[pattern];
      }
    }
    return new CountedEvidence(finalists, drawn, effects);
  }

  private double[] shares(RandomGenerator random) {
    double prior = Math.pow(2, -finalists);
    double[] believed = levelled(random);
    double[] weights = new double[counts.length];
    double sum = 0;
    for (int pattern = 0; pattern < counts.length; pattern++) {
      double weight = believed[pattern] + (complete(pattern) ? prior : 0);
      if (weight > 0) {
        weights[pattern] = GammaDistribution.of(weight, 1).createSampler(random::nextLong).sample();
        sum += weights[pattern];
      }
    }
    double total = sum;
    Arrays.setAll(weights, pattern -> weights[pattern] / total);
    return weights;
  }

  /**
   * The counts with every difference that was not shown taken back by a share drawn between none
   * and all of it: approaches often are equal, and a plan that trusts a chance difference asks for
   * too few.
   */
  private double[] levelled(RandomGenerator random) {
    double[] levelled = Arrays.stream(counts).asDoubleStream().toArray();
    for (int first = 0; first < finalists; first++) {
      for (int second = first + 1; second < finalists; second++) {
        if (McNemar.midPTwoSided(pair(first, second)) > NOT_SHOWN) {
          double share = random.nextDouble() / 2;
          double[] before = levelled.clone();
          for (int pattern = 0; pattern < counts.length; pattern++) {
            int other = swapped(pattern, first, second);
            levelled[pattern] = (1 - share) * before[pattern] + share * before[other];
          }
        }
      }
    }
    return levelled;
  }

  /** The pattern with two finalists in each other's place. */
  private static int swapped(int pattern, int first, int second) {
    int difference = mark(pattern, second) - mark(pattern, first);
    return pattern
        + difference * (int) Math.pow(MARKS, first)
        - difference * (int) Math.pow(MARKS, second);
  }

  private boolean complete(int pattern) {
    for (int f = 0; f < finalists; f++) {
      if (mark(pattern, f) == Mark.MISSING.digit()) {
        return false;
      }
    }
    return true;
  }

  private int count(int finalist, Mark mark) {
    int sum = 0;
    for (int pattern = 0; pattern < counts.length; pattern++) {
      if (mark(pattern, finalist) == mark.digit()) {
        sum += counts[pattern];
      }
    }
    return sum;
  }

  private PairedCounts pair(int first, int second) {
    int n = 0;
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int pattern = 0; pattern < counts.length; pattern++) {
      int one = mark(pattern, first);
      int two = mark(pattern, second);
      if (one != Mark.MISSING.digit() && two != Mark.MISSING.digit()) {
        n += counts[pattern];
        onlyFirst += one < two ? counts[pattern] : 0; // RIGHT comes before WRONG
        onlySecond += one > two ? counts[pattern] : 0;
      }
    }
    return new PairedCounts(n, onlyFirst, onlySecond);
  }

  private static int mark(int pattern, int finalist) {
    int rest = pattern;
    for (int f = 0; f < finalist; f++) {
      rest /= MARKS;
    }
    return rest % MARKS;
  }
}
