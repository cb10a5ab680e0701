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
