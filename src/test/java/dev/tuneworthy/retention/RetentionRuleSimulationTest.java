package dev.tuneworthy.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.evaluation.AnswerMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How often the gate passes, by simulation: 12 capabilities of 100 test and 100 reserve items,
 * 1,000 adapters each, so that a rate near 80 % has a standard error of 1.3 points.
 */
class RetentionRuleSimulationTest {
  private static final int ADAPTERS = 1_000;
  private static final int CAPABILITIES = 12;
  private static final int ITEMS = 100;
  private static final RetentionLimits LIMITS = RetentionLimits.shared(0.03, 0.05);

  @Test
  void passesAHarmlessAdapter() {
    assertThat(passing(0.01, 0, 0)).isGreaterThanOrEqualTo(0.995);
    assertThat(passing(0.03, 0, 0)).isGreaterThanOrEqualTo(0.985);
    assertThat(passing(0.05, 0, 0)).isBetween(0.96, 0.995);
    assertThat(passing(0.10, 0, 0)).isBetween(0.75, 0.85);
  }

  @Test
  void hardlyEverPassesAnAdapterThatDestroysOneCapability() {
    assertThat(passing(0.01, 0.10, 0)).isLessThanOrEqualTo(0.03);
    assertThat(passing(0.10, 0.10, 0)).isLessThanOrEqualTo(0.08);
  }

  @Test
  void neverPassesAnAdapterThatWearsEverythingDown() {
    assertThat(passing(0.05, 0.04, 0.04)).isLessThanOrEqualTo(0.005);
    assertThat(passing(0.10, 0.04, 0.04)).isLessThanOrEqualTo(0.005);
  }

  /**
   * @param noise share of items that flip either way
   * @param first additional share lost in the first capability
   * @param others additional share lost in the others
   */
  private static double passing(double noise, double first, double others) {
    Random random = new Random(Double.hashCode(noise) * 31L + Double.hashCode(first + others));
    int passed = 0;
    for (int adapter = 0; adapter < ADAPTERS; adapter++) {
      List<CapabilityTally> tallies = new ArrayList<>();
      for (int c = 0; c < CAPABILITIES; c++) {
        double damage = c == 0 ? first : others;
        Tally test = draw(random, noise, damage);
        boolean alarm = RetentionRule.alarmed(test, LIMITS.capabilityMargin());
        Tally drawn = alarm ? draw(random, noise, damage) : Tally.NONE;
        tallies.add(new CapabilityTally("c" + c, 0.3, test, drawn, ITEMS));
      }
      RetentionStatus status = RetentionRule.status(AnswerMode.CHOOSE, tallies, LIMITS);
      passed += status == RetentionStatus.PASS ? 1 : 0;
    }
    return (double) passed / ADAPTERS;
  }

  private static Tally draw(Random random, double noise, double damage) {
    int lost = 0;
    int gained = 0;
    for (int i = 0; i < ITEMS; i++) {
      double u = random.nextDouble();
      if (u < noise / 2 + damage) {
        lost++;
      } else if (u < noise + damage) {
        gained++;
      }
    }
    return new Tally(ITEMS, lost + (ITEMS - lost - gained) * 8 / 10, lost, gained);
  }
}
