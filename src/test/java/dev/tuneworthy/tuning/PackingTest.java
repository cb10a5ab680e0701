package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PackingTest {
  @Test
  void leavesSequencesOfOneLengthInRowsOfTheirOwn() {
    Packing packing = Packing.of(15, 15, 15);

    assertThat(packing.rows()).isEqualTo(3);
    assertThat(packing.length()).isEqualTo(15);
    assertThat(packing.row()).doesNotHaveDuplicates();
  }

  @Test
  void putsShortOnesBehindLongOnes() {
    Packing packing = Packing.of(10, 30, 20);

    assertThat(packing.rows()).isEqualTo(2);
    assertThat(packing.length()).isEqualTo(30);
    assertThat(packing.row()).containsExactly(1, 0, 1);
    assertThat(packing.start()).containsExactly(20, 0, 0);
  }

  @Test
  void keepsPaddingWhereLongRowsWouldCostMoreInAttention() {
    // Two rows of 1000 and one of 2000 hold the same tokens; the long one looks at twice the pairs.
    assertThat(Packing.of(1000, 1000).rows()).isEqualTo(2);
    assertThat(Packing.of(1000, 600, 400).rows()).isEqualTo(2);
  }

  @Test
  void neverLetsTwoSequencesOverlapAndNeverTakesMoreThanPadding() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 500; trial++) {
      int[] lengths = random.ints(1 + random.nextInt(12), 1, 80).toArray();
      Packing packing = Packing.of(lengths);
      boolean[][] taken = new boolean[packing.rows()][packing.length()];
      for (int i = 0; i < lengths.length; i++) {
        for (int s = 0; s < lengths[i]; s++) {
          int at = packing.start().get(i) + s;
          assertThat(taken[packing.row().get(i)][at]).isFalse();
          taken[packing.row().get(i)][at] = true;
        }
      }
      assertThat(packing.rows() * packing.length())
          .isLessThanOrEqualTo(lengths.length * Arrays.stream(lengths).max().orElseThrow());
    }
  }

  @Test
  void hasNothingToLayOutWithoutSequences() {
    assertThatThrownBy(Packing::of).isInstanceOf(IllegalArgumentException.class);
  }
}
