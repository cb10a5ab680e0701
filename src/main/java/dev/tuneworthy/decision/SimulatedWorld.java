package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.Policy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A task whose truth is known: who enters, how good each variant of it is, what it costs and
 * forgets, and how hard the items are. Rounds are drawn from it as the ladder would see them: dev
 * chooses a variant of each entrant, test measures the finalists.
 *
 * @param dev items on which variants are chosen
 * @param test items that the finalists meet
 * @param failures share of answers that are missing, for no reason
 */
record SimulatedWorld(
    SimulatedItems items,
    List<Entrant> entrants,
    int dev,
    int test,
    double failures,
    Policy policy) {
  SimulatedWorld {
    entrants = List.copyOf(entrants);
  }

  /**
   * A way to do the task.
   *
   * @param variants true qualities of the seeds or demonstration sets that dev chooses from
   * @param priced whether the rule knows what it costs; the oracle always does
   * @param retention empty for a prompt
   */
  record Entrant(
      Approach approach,
      List<Double> variants,
      BigDecimal perRequest,
      boolean priced,
      Optional<SimulatedRetention> retention) {
    Entrant {
      variants = List.copyOf(variants);
    }

    String id() {
      return approach.label();
    }
  }

  /**
   * One time that the task is decided.
   *
   * @param truth quality of each entrant's chosen variant
   */
  record Round(double[] truth, List<Finalist> finalists) {}

  Round draw(RandomGenerator random) {
    double[] truth = entrants.stream().mapToDouble(each -> chosen(each, random)).toArray();
    List<TestScores> scores = scores(items.draw(truth, test, random), random);
    List<Finalist> finalists = new ArrayList<>();
    for (int i = 0; i < entrants.size(); i++) {
      finalists.add(finalist(entrants.get(i), scores.get(i), random));
    }
    return new Round(truth, finalists);
  }

  /** The same finalists after so many more test items. */
  Round more(Round round, int count, RandomGenerator random) {
    List<TestScores> fresh = scores(items.draw(round.truth(), count, random), random);
    List<Finalist> finalists = new ArrayList<>();
    for (int i = 0; i < entrants.size(); i++) {
      Finalist before = round.finalists().get(i);
      finalists.add(before.withScores(joined(before.scores(), fresh.get(i))));
    }
    return new Round(round.truth(), finalists);
  }

  double standardError(double first, double second) {
    return items.standardError(first, second, test);
  }

  double standardError(double quality) {
    return items.standardError(quality, test);
  }

  private double chosen(Entrant entrant, RandomGenerator random) {
    double[] variants = entrant.variants().stream().mapToDouble(v -> v).toArray();
    if (variants.length == 1) {
      return variants[0];
    }
    boolean[][] right = items.draw(variants, dev, random).right();
    int best = 0;
    long most = -1;
    for (int v = 0; v < variants.length; v++) {
      boolean[] of = right[v];
      long count = IntStream.range(0, dev).filter(i -> of[i]).count();
      if (count > most) {
        most = count;
        best = v;
      }
    }
    return variants[best];
  }

  private List<TestScores> scores(SimulatedItems.Drawn drawn, RandomGenerator random) {
    boolean alone = items.meanSize() == 1;
    List<TestScores> scores = new ArrayList<>();
    for (boolean[] right : drawn.right()) {
      List<Mark> marks = new ArrayList<>(right.length);
      for (boolean one : right) {
        boolean missing = failures > 0 && random.nextDouble() < failures;
        marks.add(missing ? Mark.MISSING : one ? Mark.RIGHT : Mark.WRONG);
      }
      scores.add(new TestScores(marks, Optional.empty(), alone ? List.of() : drawn.clusters()));
    }
    return scores;
  }

  private static Finalist finalist(Entrant entrant, TestScores scores, RandomGenerator random) {
    Serving serving =
        entrant.priced()
            ? new Serving.ByToken(new Money(entrant.perRequest()))
            : new Serving.Unpriced("nobody knows");
    RetentionGate retention =
        entrant
            .retention()
            .map(truth -> RetentionGate.of(truth.measured(random)))
            .orElse(RetentionGate.NO_WEIGHTS_MOVED);
    return new Finalist(
        entrant.id(),
        entrant.approach(),
        scores,
        List.of(),
        new ApproachCost(serving, Cost.zero()),
        retention);
  }

  private static TestScores joined(TestScores before, TestScores after) {
    List<Mark> marks = new ArrayList<>(before.marks());
    marks.addAll(after.marks());
    List<Integer> clusters = new ArrayList<>(before.clusters());
    int next = clusters.stream().mapToInt(c -> c + 1).max().orElse(0);
    after.clusters().forEach(c -> clusters.add(next + c));
    return new TestScores(marks, Optional.empty(), clusters);
  }
}
