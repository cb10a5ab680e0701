package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class McNemarTest {
  /** Fagerland, Lydersen and Laake 2013, table of Bentur et al. 2009: exact 0.070, mid-p 0.039. */
  @Test
  void givesThePValuesThatFagerlandAndOthersPublished() {
    PairedCounts counts = new PairedCounts(21, 1, 7);

    assertThat(McNemar.exactTwoSided(counts)).isCloseTo(0.070, within(5e-4));
    assertThat(McNemar.midPTwoSided(counts)).isCloseTo(0.039, within(5e-4));
  }

  @Test
  void oneSidedValuesCountTheTailOfTheFirst() {
    // P(X >= 7 of 8) = 9/256, and half of P(X = 7) = 8/256 less for mid-p.
    PairedCounts counts = new PairedCounts(21, 7, 1);

    assertThat(McNemar.exactOneSided(counts)).isCloseTo(9 / 256.0, within(1e-12));
    assertThat(McNemar.midPOneSided(counts)).isCloseTo(5 / 256.0, within(1e-12));
    assertThat(McNemar.exactOneSided(counts.swapped())).isCloseTo(255 / 256.0, within(1e-12));
  }

  @Test
  void clusteredCountsAreDividedByTheirEffect() {
    // 14 and 2 halved are 7 and 1: the tail of the binomial at 7 of 8.
    PairedCounts counts = new PairedCounts(40, 14, 2);

    assertThat(McNemar.exactOneSided(counts, 2)).isCloseTo(9 / 256.0, within(1e-12));
    assertThat(McNemar.exactOneSided(counts, 1)).isEqualTo(McNemar.exactOneSided(counts));
    assertThat(McNemar.exactOneSided(new PairedCounts(40, 0, 4), 3)).isEqualTo(1);
    assertThat(McNemar.exactOneSided(new PairedCounts(40, 0, 0), 3)).isEqualTo(1);
  }

  @Test
  void showsNothingWhereNoItemDiffers() {
    PairedCounts counts = new PairedCounts(40, 0, 0);

    assertThat(McNemar.exactOneSided(counts)).isEqualTo(1);
    assertThat(McNemar.midPOneSided(counts)).isEqualTo(0.5);
    assertThat(McNemar.exactTwoSided(counts)).isEqualTo(1);
    assertThat(McNemar.midPTwoSided(counts)).isEqualTo(1);
  }

  @Test
  void showsNothingWhereBothWinAsOften() {
    PairedCounts counts = new PairedCounts(40, 9, 9);

    assertThat(McNemar.midPOneSided(counts)).isCloseTo(0.5, within(1e-12));
    assertThat(McNemar.midPTwoSided(counts)).isCloseTo(1, within(1e-12));
  }

  @Test
  void neverFallsUnderZeroFarOutInTheTail() {
    for (int first = 500; first < 3000; first += 7) {
      PairedCounts counts = new PairedCounts(5000, first, 3);
      assertThat(McNemar.midPOneSided(counts)).isNotNegative();
      assertThat(McNemar.midPTwoSided(counts)).isNotNegative();
    }
  }

  @Test
  void survivesThousandsOfItems() {
    assertThat(McNemar.midPOneSided(new PairedCounts(20000, 9000, 1000))).isBetween(0.0, 1e-300);
  }
}
