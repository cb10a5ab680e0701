package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PowerTest {
  /**
   * The worked example of powerandsamplesize.com after Connor 1987 (page 209): 45 % and 5 %
   * discordant, 23 pairs, both two-sided at 5 % with power 80 % and one-sided at 5 % with power 90
   * %.
   */
  @Test
  void givesTheSampleSizesOfTheWorkedExample() {
    assertThat(Power.sampleSize(0.40, 0.50, 0.025, 0.80)).isEqualTo(23);
    assertThat(Power.sampleSize(0.40, 0.50, 0.05, 0.90)).isEqualTo(23);
  }

  @Test
  void detectableDifferenceAndSampleSizeAreEachOthersInverse() {
    double difference = Power.detectable(300, 0.2, 0.05, 0.9);

    assertThat(Power.sampleSize(difference, 0.2, 0.05, 0.9)).isEqualTo(300);
  }

  @Test
  void moreItemsDetectLess() {
    assertThat(Power.detectable(150, 0.2, 0.05, 0.9)).isCloseTo(0.106, within(0.001));
    assertThat(Power.detectable(600, 0.2, 0.05, 0.9)).isCloseTo(0.053, within(0.001));
  }

  @Test
  void assumesOneDirectionWhereTheExpectedDiscordanceShowsNothing() {
    // Ten items of which 1 % differ: only a difference larger than that can show at all.
    assertThat(Power.detectable(10, 0.01, 0.05, 0.9)).isBetween(0.3, 0.7);
    assertThat(Power.detectable(0, 0.2, 0.05, 0.9)).isEqualTo(1);
  }

  @Test
  void refusesADifferenceLargerThanTheDiscordance() {
    assertThatIllegalArgumentException().isThrownBy(() -> Power.sampleSize(0.3, 0.2, 0.05, 0.9));
    assertThatIllegalArgumentException().isThrownBy(() -> Power.sampleSize(0, 0.2, 0.05, 0.9));
    assertThatIllegalArgumentException().isThrownBy(() -> Power.sampleSize(0.1, 0.2, 0.05, 0.4));
  }
}
