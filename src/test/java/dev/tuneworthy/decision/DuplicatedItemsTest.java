package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.TestScores.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A task whose groups are one item each, four times over: 300 test examples that say no more than
 * 75. What a decision claims has to hold; without the groups it would not.
 */
class DuplicatedItemsTest {
  private static final int ITEMS = 75;
  private static final int COPIES = 4;
  private static final int RUNS = 2000;
  private static final double CHEAP = 0.72;
  private static final double DEAR = 0.78;

  private static final Tally GROUPED = new Tally();
  private static final Tally ALONE = new Tally();

  private static final class Tally {
    int quality;
    int difference;
    int bound;
    int dearerForNothing;

    void add(List<TestScores> scores, List<TestScores> equal) {
      Evidence evidence = CountedEvidence.of(scores);
      quality += evidence.interval(0).contains(CHEAP) ? 1 : 0;
      difference += evidence.interval(1, 0).contains(DEAR - CHEAP) ? 1 : 0;
      bound += evidence.upperDifference(1, 0) >= DEAR - CHEAP ? 1 : 0;
      dearerForNothing += CountedEvidence.of(equal).pBetter(1, 0) <= Contest.LEVEL ? 1 : 0;
    }
  }

  @BeforeAll
  static void simulate() {
    Random random = new Random(31);
    List<Integer> clusters = IntStream.range(0, ITEMS * COPIES).mapToObj(i -> i / COPIES).toList();
    for (int run = 0; run < RUNS; run++) {
      List<List<Mark>> unequal = draw(DEAR, random);
      List<List<Mark>> equal = draw(CHEAP, random);
      GROUPED.add(scores(unequal, clusters), scores(equal, clusters));
      ALONE.add(scores(unequal, List.of()), scores(equal, List.of()));
    }
  }

  @Test
  void intervalsHoldTheTruthAsOftenAsTheyClaim() {
    // 2,000 runs: a Monte-Carlo error of half a point. The effect is estimated from 75 clusters.
    assertThat(share(GROUPED.quality)).isBetween(0.935, 0.975);
    assertThat(share(GROUPED.difference)).isBetween(0.935, 0.98);
    assertThat(share(GROUPED.bound)).isBetween(0.935, 0.98);
    assertThat(share(GROUPED.dearerForNothing)).isLessThan(0.05 + 0.01);
  }

  @Test
  void withoutTheGroupsTheyWouldNot() {
    assertThat(share(ALONE.quality)).isLessThan(0.75);
    assertThat(share(ALONE.difference)).isLessThan(0.75);
    assertThat(share(ALONE.dearerForNothing)).isGreaterThan(0.12);
  }

  /** Half of what decides is common to both, so that they are correlated. */
  private static List<List<Mark>> draw(double dear, Random random) {
    List<Mark> one = new ArrayList<>();
    List<Mark> two = new ArrayList<>();
    for (int item = 0; item < ITEMS; item++) {
      boolean shared = random.nextBoolean();
      double common = random.nextDouble();
      Mark first = mark((shared ? common : random.nextDouble()) < CHEAP);
      Mark second = mark((shared ? common : random.nextDouble()) < dear);
      for (int copy = 0; copy < COPIES; copy++) {
        one.add(first);
        two.add(second);
      }
    }
    return List.of(one, two);
  }

  private static Mark mark(boolean right) {
    return right ? Mark.RIGHT : Mark.WRONG;
  }

  private static List<TestScores> scores(List<List<Mark>> marks, List<Integer> clusters) {
    return marks.stream().map(m -> new TestScores(m, Optional.empty(), clusters)).toList();
  }

  private static double share(int count) {
    return (double) count / RUNS;
  }
}
