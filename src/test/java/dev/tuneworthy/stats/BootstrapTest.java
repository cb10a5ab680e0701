package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

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
}
