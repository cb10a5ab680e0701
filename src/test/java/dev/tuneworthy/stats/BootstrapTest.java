package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void coversTheTrueMeanOfGradedScores() {
    // 400 repeats of 100 uniform scores: a Monte-Carlo error of 1.2 points at 93 to 95 % coverage.
    SplittableRandom random = new SplittableRandom(11);
    int covered = 0;
    for (int repeat = 0; repeat < 400; repeat++) {
      List<Double> scores = Stream.generate(random::nextDouble).limit(100).toList();
      if (Bootstrap.mean(scores, 500, random).interval(0.95).contains(0.5)) {
        covered++;
      }
    }
    assertThat(covered / 400.0).isBetween(0.91, 0.98);
  }

  @Test
  void pairingRemovesWhatBothShare() {
    Random random = new Random(5);
    List<Double> easy = Stream.generate(random::nextDouble).limit(60).map(x -> x * 0.9).toList();
    List<Double> better = easy.stream().map(score -> score + 0.1).toList();

    Bootstrap difference = Bootstrap.meanDifference(better, easy, 1000, random);

    assertThat(difference.estimate()).isCloseTo(0.1, within(1e-12));
    assertThat(difference.interval(0.95).width()).isLessThan(1e-9);
    assertThat(difference.pNotAbove(0)).isCloseTo(1 / 1001.0, within(1e-12));
  }

  @Test
  void takesAnyStatisticOfASample() {
    Bootstrap largest =
        Bootstrap.of(5, sample -> sample[0] + sample[4] * 10.0, 200, new SplittableRandom(3));

    assertThat(largest.estimate()).isEqualTo(40);
    assertThat(largest.replicates()).isSorted().hasSize(200).allMatch(x -> x >= 0 && x <= 44);
  }

  @Test
  void repeatsItselfWithTheSameSeed() {
    List<Double> scores = List.of(0.1, 0.5, 0.7, 0.2);

    assertThat(Bootstrap.mean(scores, 100, new SplittableRandom(1)))
        .isEqualTo(Bootstrap.mean(scores, 100, new SplittableRandom(1)));
  }

  @Test
  void oneSidedBoundsLieInsideTheTwoSidedOnes() {
    Bootstrap mean =
        Bootstrap.mean(List.of(0.0, 0.2, 0.4, 0.9, 1.0), 2000, new SplittableRandom(2));

    assertThat(mean.lower(0.95)).isGreaterThan(mean.interval(0.95).low());
    assertThat(mean.upper(0.95)).isLessThan(mean.interval(0.95).high());
  }

  @Test
  void refusesUnpairedOrMissingScores() {
    SplittableRandom random = new SplittableRandom(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bootstrap.meanDifference(List.of(1.0), List.of(), 10, random));
    assertThatIllegalArgumentException().isThrownBy(() -> Bootstrap.mean(List.of(), 10, random));
  }

  /**
   * Efron and Tibshirani 1993, table 2.2: survival of treated mice; ideal bootstrap error 23.36.
   */
  @Test
  void givesTheStandardErrorThatEfronAndTibshiraniPublished() {
    List<Double> survival = List.of(94.0, 197.0, 16.0, 38.0, 99.0, 141.0, 23.0);

    Bootstrap mean = Bootstrap.mean(survival, 40_000, new SplittableRandom(7));
    double spread =
        Math.sqrt(
            mean.replicates().stream()
                .mapToDouble(r -> (r - mean.estimate()) * (r - mean.estimate()))
                .average()
                .orElseThrow());

    assertThat(mean.estimate()).isCloseTo(86.86, within(0.005));
    // The Monte-Carlo error of 40,000 draws is 0.08.
    assertThat(spread).isCloseTo(23.36, within(0.3));
  }

  @Test
  void clustersOfOneItemAreNoClusters() {
    double[] scores = {0.2, 0.9, 0.4, 0.7};
    List<int[]> alone = List.of(new int[] {0}, new int[] {1}, new int[] {2}, new int[] {3});

    assertThat(Bootstrap.clustered(alone, s -> sum(scores, s), 300, new SplittableRandom(9)))
        .isEqualTo(Bootstrap.of(4, s -> sum(scores, s), 300, new SplittableRandom(9)));
  }

  @Test
  void drawsWholeClusters() {
    // Two clusters, all right and all wrong: the share is 0, a half or 1, never between.
    List<int[]> clusters = List.of(new int[] {0, 1, 2}, new int[] {3, 4, 5});
    Bootstrap share =
        Bootstrap.clustered(
            clusters,
            s -> Arrays.stream(s).filter(i -> i < 3).count() / (double) s.length,
            200,
            new SplittableRandom(2));

    assertThat(share.replicates()).containsOnly(0.0, 0.5, 1.0);
  }

  @Test
  void seedsAndItemsTogetherCoverTheMeanOverNewSeeds() {
    // Five seeds whose true rates spread by 4 points over 150 items; 300 repeats, so the
    // Monte-Carlo error at 95 % is 1.3 points. Items alone would cover far less.
    SplittableRandom random = new SplittableRandom(21);
    int both = 0;
    int itemsAlone = 0;
    for (int repeat = 0; repeat < 300; repeat++) {
      double[] difficulty = random.doubles(150).toArray();
      List<List<Double>> scores = new ArrayList<>();
      for (int seed = 0; seed < 5; seed++) {
        double rate = 0.7 + 0.08 * (random.nextDouble() + random.nextDouble() - 1) * 1.22;
        scores.add(Arrays.stream(difficulty).mapToObj(d -> d < rate ? 1.0 : 0.0).toList());
      }
      both += Bootstrap.seedsAndItems(scores, 400, random).interval(0.95).contains(0.7) ? 1 : 0;
      itemsAlone += Bootstrap.mean(scores.get(0), 400, random).interval(0.95).contains(0.7) ? 1 : 0;
    }
    assertThat(both / 300.0).isBetween(0.92, 0.99);
    assertThat(itemsAlone).isLessThan(both);
  }

  @Test
  void seedsAndClustersCoverWhereGroupsAreDuplicatedItems() {
    // 60 items, each four times, and five seeds; 400 repeats, a Monte-Carlo error of 1.1 points.
    SplittableRandom random = new SplittableRandom(22);
    List<int[]> groups = new ArrayList<>();
    for (int g = 0; g < 60; g++) {
      groups.add(new int[] {4 * g, 4 * g + 1, 4 * g + 2, 4 * g + 3});
    }
    int together = 0;
    int apart = 0;
    for (int repeat = 0; repeat < 400; repeat++) {
      double[] difficulty = random.doubles(60).toArray();
      List<List<Double>> scores = new ArrayList<>();
      for (int seed = 0; seed < 5; seed++) {
        double rate = 0.7 + 0.04 * (random.nextDouble() + random.nextDouble() - 1);
        List<Double> one = new ArrayList<>();
        for (double d : difficulty) {
          one.addAll(Collections.nCopies(4, d < rate ? 1.0 : 0.0));
        }
        scores.add(one);
      }
      Interval honest = Bootstrap.seedsAndItems(scores, groups, 400, random).interval(0.95);
      together += honest.contains(0.7) ? 1 : 0;
      apart += Bootstrap.seedsAndItems(scores, 400, random).interval(0.95).contains(0.7) ? 1 : 0;
    }
    assertThat(together / 400.0).isBetween(0.91, 0.98);
    assertThat(apart / 400.0).isLessThan(0.8);
  }

  @Test
  void refusesOneSeedOrUnequalItems() {
    SplittableRandom random = new SplittableRandom(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bootstrap.seedsAndItems(List.of(List.of(1.0)), 10, random));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bootstrap.seedsAndItems(List.of(List.of(1.0), List.of()), 10, random));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bootstrap.clustered(List.of(), s -> 0, 10, random));
  }

  private static double sum(double[] scores, int[] sample) {
    return Arrays.stream(sample).mapToDouble(i -> scores[i]).sum();
  }
}
