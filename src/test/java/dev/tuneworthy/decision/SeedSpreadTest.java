package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decision.DecisionRecord.SeedsPart;
import dev.tuneworthy.decision.SeedSpread.OnDev;
import dev.tuneworthy.decision.TestScores.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedSpreadTest {
  private static final int ITEMS = 100;

  @Test
  void isTheMeanOverSeedsAndItsGain() {
    SeedsPart part =
        SeedSpread.of(List.of(onDev("a", 90, 0), onDev("b", 80, 0)), onDev("prompt", 60, 0));

    assertThat(part.seeds()).extracting(s -> s.quality()).containsExactly(0.9, 0.8);
    assertThat(part.quality()).isCloseTo(0.85, within(1e-12));
    assertThat(part.gain()).isCloseTo(0.25, within(1e-12));
    assertThat(part.gainLow()).isGreaterThan(0).isLessThan(0.25);
    assertThat(part.gainHigh()).isGreaterThan(0.25);
    assertThat(part.prompt()).isEqualTo("prompt");
  }

  @Test
  void seedsThatDifferMakeItLessCertain() {
    OnDev prompt = onDev("prompt", 60, 0);
    SeedsPart alike = SeedSpread.of(List.of(onDev("a", 80, 0), onDev("b", 80, 0)), prompt);
    SeedsPart apart = SeedSpread.of(List.of(onDev("a", 98, 0), onDev("b", 62, 0)), prompt);

    assertThat(apart.high() - apart.low()).isGreaterThan(1.5 * (alike.high() - alike.low()));
    assertThat(apart.gainLow()).isLessThan(0.02);
    assertThat(SeedSpread.warning(apart))
        .contains("over 2 training seeds")
        .contains("+20.0 points");
  }

  @Test
  void itemsOfOneGroupMakeItLessCertain() {
    SeedsPart alone =
        SeedSpread.of(List.of(onDev("a", 80, 0), onDev("b", 80, 0)), onDev("prompt", 60, 0));
    SeedsPart grouped =
        SeedSpread.of(List.of(onDev("a", 80, 10), onDev("b", 80, 10)), onDev("prompt", 60, 10));

    assertThat(grouped.high() - grouped.low()).isGreaterThan(2 * (alone.high() - alone.low()));
    assertThat(grouped.method()).contains("clusters drawn whole");
  }

  /**
   * @param group items of a group; 0 for independent items
   */
  private static OnDev onDev(String candidate, int right, int group) {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      marks.add(i < right ? Mark.RIGHT : Mark.WRONG);
    }
    List<Integer> clusters =
        group == 0 ? List.of() : IntStream.range(0, ITEMS).mapToObj(i -> i / group).toList();
    return new OnDev(candidate, new TestScores(marks, Optional.empty(), clusters));
  }
}
