package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class HolmTest {
  @Test
  void stepsDownFromTheSmallestAndKeepsTheOrder() {
    // By hand: 4 x .005, 3 x .01, 2 x .03, and .04 raised to the one before it.
    List<Double> adjusted = Holm.adjust(List.of(0.01, 0.04, 0.03, 0.005));

    assertThat(adjusted.get(0)).isCloseTo(0.03, within(1e-12));
    assertThat(adjusted.get(1)).isCloseTo(0.06, within(1e-12));
    assertThat(adjusted.get(2)).isCloseTo(0.06, within(1e-12));
    assertThat(adjusted.get(3)).isCloseTo(0.02, within(1e-12));
  }

  /**
   * Benjamini and Hochberg 1995, section 4: fifteen end points of a trial of rt-PA; methods that
   * control the familywise error at 5 % reject the first three and no more.
   */
  @Test
  void rejectsWhatBenjaminiAndHochbergPublished() {
    List<Double> adjusted =
        Holm.adjust(
            List.of(
                0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                0.4262, 0.5719, 0.6528, 0.7590, 1.0));

    assertThat(adjusted.subList(0, 3)).allMatch(p -> p <= 0.05);
    assertThat(adjusted.subList(3, 15)).allMatch(p -> p > 0.05);
    assertThat(adjusted.get(0)).isCloseTo(15 * 0.0001, within(1e-12));
    assertThat(adjusted.get(3)).isCloseTo(12 * 0.0095, within(1e-12));
  }

  @Test
  void leavesASingleTestAlone() {
    assertThat(Holm.adjust(List.of(0.04))).containsExactly(0.04);
  }

  @Test
  void neverExceedsOne() {
    assertThat(Holm.adjust(List.of(0.6, 0.9, 1.0))).containsOnly(1.0);
  }

  @Test
  void acceptsThatThereIsNothingToTest() {
    assertThat(Holm.adjust(List.of())).isEmpty();
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatIllegalArgumentException().isThrownBy(() -> Holm.adjust(List.of(0.1, 1.2)));
    assertThatIllegalArgumentException().isThrownBy(() -> Holm.adjust(List.of(Double.NaN)));
  }
}
