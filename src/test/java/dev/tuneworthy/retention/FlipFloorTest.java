package dev.tuneworthy.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.retention.PairedItem.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlipFloorTest {
  @Test
  void reachesWhatHarmlessFlipsReachInOneOfTwenty() {
    FlipFloor.Mode floor = new FlipFloor.Mode(AnswerMode.CHOOSE, new Tally(1000, 800, 22, 18));
    double reach = floor.reach(500);
    SplittableRandom random = new SplittableRandom(6);
    int beyond = 0;
    for (int round = 0; round < 20_000; round++) {
      int net = 0;
      for (int i = 0; i < 500; i++) {
        double u = random.nextDouble();
        net += u < 0.02 ? 1 : u < 0.04 ? -1 : 0;
      }
      beyond += net > reach * 500 ? 1 : 0;
    }
    // Whole items make it a little more or less than 5 %.
    assertThat(beyond / 20_000.0).isBetween(0.03, 0.07);
  }

  @Test
  void shrinksWithTheItemsAndIsNothingWhereNothingFlips() {
    FlipFloor.Mode some = new FlipFloor.Mode(AnswerMode.CHOOSE, new Tally(100, 80, 2, 2));

    assertThat(some.reach(400)).isCloseTo(some.reach(100) / 2, within(1e-12));
    assertThat(some.reach(0)).isEqualTo(1);
    assertThat(new FlipFloor.Mode(AnswerMode.CHOOSE, new Tally(100, 80, 0, 0)).reach(100)).isZero();
  }

  @Test
  void countsOnlyCapabilitiesOfWhichSomethingCanBeLostAndDrawsNoReserve() {
    RetentionMeasurement.Mode mode =
        new RetentionMeasurement.Mode(
            AnswerMode.GENERATE, List.of(capability("known", 90, 20), capability("guessed", 3, 1)));

    FlipFloor floor = FlipFloor.of(0.02, new RetentionMeasurement(List.of(mode)));

    assertThat(floor.modes())
        .containsExactly(new FlipFloor.Mode(AnswerMode.GENERATE, new Tally(100, 90, 20, 0)));
    assertThat(RetentionRule.alarmed(mode, FlipFloor.LIMITS)).isEqualTo(Set.of());
  }

  private static RetentionMeasurement.Capability capability(String name, int right, int lost) {
    List<PairedItem> items = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String id = name + i;
      items.add(
          new PairedItem(
              id,
              name,
              id,
              "",
              new Reply("", Optional.of(i < right)),
              new Reply("", Optional.of(i >= lost && i < right))));
    }
    return new RetentionMeasurement.Capability(name, 0.05, items, List.of(), 100);
  }
}
