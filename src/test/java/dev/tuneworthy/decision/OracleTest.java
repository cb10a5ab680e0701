package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.SimulatedWorld.Entrant;
import dev.tuneworthy.evaluation.Approach;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Margin 2 points, worthwhile 5 from 300 test items; prices rise from entrant to entrant. */
class OracleTest {
  private static final SimulatedRetention HARMLESS = new SimulatedRetention(0.02, 0, 0);

  @Test
  void keepsTheCheapestWhereTheDearerGainsTooLittle() {
    Oracle oracle = oracle(0.8, 0.85, 0.86);

    assertThat(oracle.right()).containsExactly(0);
    assertThat(oracle.verdictFor(0)).isEqualTo(Verdict.PROMPT);
  }

  @Test
  void acceptsBothWhereTheGainLiesBetweenMarginAndWorthwhile() {
    assertThat(oracle(0.8, 0.85, 0.88).right()).containsExactly(0, 1);
  }

  @Test
  void paysWhereTheGainIsWorthwhile() {
    Oracle oracle = oracle(0.8, 0.85, 0.90);

    assertThat(oracle.right()).containsExactly(1);
    assertThat(oracle.verdictFor(1)).isEqualTo(Verdict.TUNE);
    assertThat(oracle.missesMuch(0)).isTrue();
    assertThat(oracle.paysForNothing(1)).isFalse();
  }

  @Test
  void winnersContestAmongThemselves() {
    // Both beat the first by far, the third gains nothing over the second.
    Oracle oracle = oracle(0.5, 0.6, 0.85, 0.85);

    assertThat(oracle.right()).containsExactly(1);
    assertThat(oracle.paysForNothing(2)).isTrue();
    assertThat(oracle.couldPayForNothing()).isTrue();
  }

  @Test
  void letsNobodyPassUnderTheMinimumOrWithTooMuchForgotten() {
    assertThat(oracle(0.95, 0.85, 0.86).right()).containsExactly(Contest.NOBODY);
    assertThat(
            new Oracle(
                    world(0.8, new SimulatedRetention(0.02, 0, 0.1), 0.7, 0.9),
                    new double[] {0.7, 0.9})
                .right())
        .containsExactly(Contest.NOBODY);
  }

  @Test
  void callsClearOnlyWhatLiesFarFromEveryLimit() {
    assertThat(oracle(0, 0.6, 0.8).clear()).isTrue();
    assertThat(oracle(0, 0.6, 0.65).clear()).as("a gain on the limit").isFalse();
    assertThat(oracle(0.79, 0.6, 0.8).clear()).as("quality near the minimum").isFalse();
  }

  private static Oracle oracle(double minimum, double... truth) {
    return new Oracle(world(minimum, HARMLESS, truth), truth);
  }

  private static SimulatedWorld world(
      double minimum, SimulatedRetention retention, double... truth) {
    Approach[] approaches = {Approach.ZERO_SHOT, Approach.FEW_SHOT, Approach.LORA};
    List<Entrant> entrants = new ArrayList<>();
    for (int i = 0; i < truth.length; i++) {
      boolean last = i == truth.length - 1;
      entrants.add(
          new Entrant(
              last ? Approach.LORA : approaches[i],
              List.of(truth[i]),
              BigDecimal.valueOf(i + 1),
              true,
              last ? Optional.of(retention) : Optional.empty()));
    }
    return new SimulatedWorld(
        new SimulatedItems(0.4, 0, 0, 1, false),
        entrants,
        50,
        400,
        0,
        SimulatedTasks.policy(minimum));
  }
}
