package dev.tuneworthy.decision;

import dev.tuneworthy.decision.SimulatedWorld.Round;
import dev.tuneworthy.stats.Interval;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The decision against simulated worlds whose truth is known: {@link VerdictRule} and what it
 * calls, as a real run calls them, and no model. The same settings give the same figures, on
 * however many cores.
 */
public final class DecisionBench {
  /** The worst boundary worlds are drawn anew, so that the worst is not a fluke. */
  private static final int CONFIRMED = 5;

  /** Times as many rounds then, for a Monte-Carlo error well under a tenth of a point. */
  private static final int CONFIRMING = 40;

  private final Settings settings;

  public DecisionBench(Settings settings) {
    this.settings = settings;
  }

  /**
   * How much is simulated.
   *
   * @param worlds of any kind, {@code rounds} rounds each; as many grids
   * @param boundaryRounds rounds of each world on the boundary; many more confirm the worst
   * @param foresights undecided rounds that are given the further examples they ask for
   */
  public record Settings(long seed, int worlds, int rounds, int boundaryRounds, int foresights) {
    public static Settings standard(long seed) {
      return new Settings(seed, 3000, 20, 2000, 600);
    }
  }

  /**
   * One figure.
   *
   * @param bar empty where it is reported without one
   * @param reached whether the measured figure reaches the bar
   */
  public record Row(String what, String bar, String measured, Optional<Boolean> reached) {}

  /** Simulates everything; minutes on two cores with {@link Settings#standard}. */
  public List<Row> run() {
    BenchTally all = simulated(settings.worlds(), 1, this::anyWorld);
    BenchTally foresight = simulated(settings.foresights(), 2, this::foresight);
    BenchTally classes = simulated(settings.foresights(), 3, this::macroF1);
    List<SimulatedWorld> boundary = SimulatedTasks.onTheBoundary();
    List<BenchTally> edges = each(boundary.size(), 4, i -> edge(boundary.get(i), 4, i, 1));
    BenchRows rows = new BenchRows(all, foresight, classes);
    rows.head();
    rows.edge(BenchRows.NOTHING, 0.05, worst(boundary, edges, BenchRows.NOTHING));
    rows.edge(BenchRows.MUCH, 0.06, worst(boundary, edges, BenchRows.MUCH));
    rows.rest();
    BenchTally spared = simulated(settings.worlds(), 6, this::spared);
    return Stream.of(
            rows.all(),
            BenchRows.spared(spared, GridBench.SAME_AS_GRID, GridBench.TOKENS, ""),
            ExactCoverage.rows())
        .flatMap(List::stream)
        .toList();
  }

  private BenchTally simulated(int count, int part, Function<RandomGenerator, BenchTally> one) {
    return each(count, part, i -> one.apply(random(part, i))).stream()
        .reduce(new BenchTally(), BenchTally::plus);
  }

  private static List<BenchTally> each(int count, int part, IntFunction<BenchTally> one) {
    return IntStream.range(0, count).parallel().mapToObj(one).toList();
  }

  private Random random(int part, int index) {
    return new Random(
        new SplittableRandom(settings.seed() * 31 + part * 1_000_003L + index).nextLong());
  }

  private BenchTally anyWorld(RandomGenerator random) {
    SimulatedWorld world = SimulatedTasks.any((Random) random);
    BenchTally tally = new BenchTally();
    for (int round = 0; round < settings.rounds(); round++) {
      round(world, world.draw(random), tally);
    }
    return tally;
  }

  private static void round(SimulatedWorld world, Round round, BenchTally tally) {
    Oracle oracle = new Oracle(world, round.truth());
    VerdictRule rule = VerdictRule.of(round.finalists(), world.policy());
    Verdict verdict = rule.verdict();
    boolean settled = verdict != Verdict.INCONCLUSIVE;
    int chosen = settled ? rule.contest().cautiousWinner() : Contest.NOBODY;
    Set<Integer> right = oracle.right();
    boolean agrees = right.stream().map(oracle::verdictFor).anyMatch(verdict::equals);
    boolean clustered = world.items().meanSize() > 1;
    if (oracle.clear()) {
      tally.add(BenchRows.CLEAR, agrees);
      tally.add(clustered ? BenchRows.CLEAR_CLUSTERED : BenchRows.CLEAR_ALONE, agrees);
      tally.add(BenchRows.CLEAR_OPEN, !settled);
    }
    tally.add(BenchRows.SETTLED, settled);
    if (settled) {
      tally.add(BenchRows.AGREES, agrees);
      tally.add(BenchRows.QUALITY_REGRET, qualityRegret(right, chosen, round.truth()));
      costRegret(world, right, chosen).ifPresent(r -> tally.add(BenchRows.COST_REGRET, r));
    }
    tally.add(BenchRows.WRONG_TUNE, verdict == Verdict.TUNE && !agrees);
    tally.add(BenchRows.WRONG_PROMPT, verdict == Verdict.PROMPT && !agrees);
    tally.add(BenchRows.WRONG_NEITHER, verdict == Verdict.NEITHER && !agrees);
    boundaries(oracle, chosen, tally);
    coverage(rule.evidence(), round.truth(), clustered, tally);
  }

  private static void boundaries(Oracle oracle, int chosen, BenchTally tally) {
    if (oracle.couldPayForNothing()) {
      tally.add(BenchRows.NOTHING, oracle.paysForNothing(chosen));
    }
    if (oracle.couldMissMuch()) {
      tally.add(BenchRows.MUCH, oracle.missesMuch(chosen));
    }
  }

  private static void coverage(
      Evidence evidence, double[] truth, boolean clustered, BenchTally tally) {
    String where = clustered ? BenchRows.IN_CLUSTERS : BenchRows.ALONE;
    for (int one = 0; one < truth.length; one++) {
      tally.add(BenchRows.OF_QUALITY + where, evidence.interval(one).contains(truth[one]));
      tally.add(BenchRows.QUALITY_BOUND + where, evidence.lower(one) <= truth[one]);
      tally.add(BenchRows.QUALITY_BOUND + where, evidence.upper(one) >= truth[one]);
      for (int two = 0; two < one; two++) {
        double gain = truth[one] - truth[two];
        tally.add(BenchRows.OF_DIFFERENCE + where, evidence.interval(one, two).contains(gain));
        tally.add(BenchRows.DIFFERENCE_BOUND + where, evidence.upperDifference(one, two) >= gain);
      }
    }
  }

  /** How much better the best of the right winners is; a winner nobody should have is all loss. */
  private static double qualityRegret(Set<Integer> right, int chosen, double[] truth) {
    if (right.contains(chosen) || right.contains(Contest.NOBODY) || chosen == Contest.NOBODY) {
      return 0;
    }
    double least = right.stream().mapToDouble(w -> truth[w]).min().orElseThrow();
    return Math.max(0, least - truth[chosen]);
  }

  /** What is paid beyond the dearest right winner, as a share of that. */
  private static Optional<Double> costRegret(SimulatedWorld world, Set<Integer> right, int chosen) {
    if (chosen == Contest.NOBODY || right.contains(Contest.NOBODY)) {
      return Optional.empty();
    }
    BigDecimal most =
        right.stream()
            .map(w -> world.entrants().get(w).perRequest())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    double share = world.entrants().get(chosen).perRequest().doubleValue() / most.doubleValue() - 1;
    return Optional.of(Math.max(0, share));
  }

  /** An undecided round is given the examples it asks for; worlds are drawn until one is found. */
  private BenchTally foresight(RandomGenerator random) {
    BenchTally tally = new BenchTally();
    boolean found = false;
    while (!found) {
      SimulatedWorld world = SimulatedTasks.any((Random) random);
      Round round = world.draw(random);
      VerdictRule rule = VerdictRule.of(round.finalists(), world.policy());
      if (rule.verdict() == Verdict.INCONCLUSIVE) {
        found = true;
        var more = new Foresight(rule).moreExamples();
        tally.add(BenchRows.NAMED, more.isPresent());
        more.ifPresent(
            m -> {
              Round after = world.more(round, m.testExamples(), random);
              Verdict then = VerdictRule.of(after.finalists(), world.policy()).verdict();
              tally.add(BenchRows.SETTLES, then != Verdict.INCONCLUSIVE);
              tally.add(BenchRows.MORE, m.testExamples());
            });
      }
    }
    return tally;
  }

  private BenchTally edge(SimulatedWorld world, int part, int index, int times) {
    Random random = random(part, index);
    BenchTally tally = new BenchTally();
    for (int round = 0; round < times * settings.boundaryRounds(); round++) {
      Round drawn = world.draw(random);
      VerdictRule rule = VerdictRule.of(drawn.finalists(), world.policy());
      int chosen =
          rule.verdict() == Verdict.INCONCLUSIVE ? Contest.NOBODY : rule.contest().cautiousWinner();
      boundaries(new Oracle(world, drawn.truth()), chosen, tally);
    }
    return tally;
  }

  /** The worst worlds of the screening, drawn anew with many more rounds; the worst of those. */
  private BenchTally worst(List<SimulatedWorld> worlds, List<BenchTally> edges, String figure) {
    List<Integer> order =
        IntStream.range(0, worlds.size())
            .filter(i -> edges.get(i).has(figure))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -edges.get(i).mean(figure)))
            .limit(CONFIRMED)
            .toList();
    List<BenchTally> again = new ArrayList<>();
    again.addAll(
        each(order.size(), 5, i -> edge(worlds.get(order.get(i)), 5, order.get(i), CONFIRMING)));
    return again.stream().max(Comparator.comparingDouble(t -> t.mean(figure))).orElseThrow();
  }

  /** The ladder against everything that it could have evaluated. */
  private BenchTally spared(RandomGenerator random) {
    double minimum = SimulatedTasks.minimum((Random) random);
    OutcomeGrid grid = SimulatedGrid.draw((Random) random);
    GridReplay replay = new GridReplay(SimulatedTasks.policy(minimum));
    GridReplay.Outcome climbed = replay.climbed(grid);
    GridReplay.Outcome full = replay.full(grid);
    BenchTally tally = new BenchTally();
    tally.add(GridBench.SAME_AS_GRID, climbed.verdict() == full.verdict());
    tally.add(GridBench.TOKENS, climbed.tokens() / full.tokens());
    return tally;
  }

  /** Three unequal classes, a wrong answer naming either other class alike. */
  private BenchTally macroF1(RandomGenerator random) {
    double[] shares = {0.5, 0.3, 0.2};
    double[] truth = {0.6 + 0.3 * random.nextDouble(), 0.6 + 0.3 * random.nextDouble()};
    int n = 100 + random.nextInt(200);
    SimulatedItems.Drawn drawn = new SimulatedItems(0.4, 0, 0, 1, false).draw(truth, n, random);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double u = random.nextDouble();
      expected.add(String.valueOf(u < shares[0] ? 0 : u < shares[0] + shares[1] ? 1 : 2));
    }
    List<TestScores> scores = new ArrayList<>();
    for (boolean[] right : drawn.right()) {
      scores.add(labelled(right, expected, random));
    }
    Evidence evidence = DrawnEvidence.of(scores);
    double[] f1 = {macroF1(truth[0], shares), macroF1(truth[1], shares)};
    BenchTally tally = new BenchTally();
    for (int f = 0; f < 2; f++) {
      tally.add(BenchRows.OF_QUALITY, evidence.interval(f).contains(f1[f]));
    }
    Interval difference = evidence.interval(0, 1);
    tally.add(BenchRows.OF_DIFFERENCE, difference.contains(f1[0] - f1[1]));
    return tally;
  }

  private static TestScores labelled(
      boolean[] right, List<String> expected, RandomGenerator random) {
    List<String> predicted = new ArrayList<>();
    List<TestScores.Mark> marks = new ArrayList<>();
    for (int i = 0; i < right.length; i++) {
      int other = (Integer.parseInt(expected.get(i)) + 1 + random.nextInt(2)) % 3;
      predicted.add(right[i] ? expected.get(i) : String.valueOf(other));
      marks.add(right[i] ? TestScores.Mark.RIGHT : TestScores.Mark.WRONG);
    }
    return new TestScores(marks, Optional.of(new TestScores.Labels(expected, predicted)));
  }

  private static double macroF1(double quality, double[] shares) {
    double sum = 0;
    for (double share : shares) {
      double named = share * quality + (1 - share) * (1 - quality) / 2;
      sum += 2 * share * quality / (share + named) / shares.length;
    }
    return sum;
  }
}
