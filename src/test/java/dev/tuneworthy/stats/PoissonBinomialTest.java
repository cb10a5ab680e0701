package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class PoissonBinomialTest {
  @Test
  void equalsTheBinomialWhereChancesAreEqual() {
    BinomialDistribution binomial = BinomialDistribution.of(250, 1.0 / 3);
    List<Double> chances = Collections.nCopies(250, 1.0 / 3);
    for (int successes : List.of(60, 83, 84, 110)) {
      double expected =
          2
              * Math.min(
                  binomial.cumulativeProbability(successes),
                  binomial.survivalProbability(successes - 1));
      assertThat(PoissonBinomial.exactTwoSided(successes, chances))
          .isCloseTo(Math.min(1, expected), within(1e-12));
    }
  }

  @Test
  void agreesWithCountingOutUnequalChances() {
    // Two coins, of 1/2 and 1/4: no success 3/8, one 4/8, two 1/8.
    List<Double> chances = List.of(0.5, 0.25);
    assertThat(PoissonBinomial.exactTwoSided(0, chances)).isCloseTo(0.75, within(1e-15));
    assertThat(PoissonBinomial.exactTwoSided(1, chances)).isEqualTo(1);
    assertThat(PoissonBinomial.exactTwoSided(2, chances)).isCloseTo(0.25, within(1e-15));
    assertThat(PoissonBinomial.exactTwoSided(0, List.of())).isEqualTo(1);
  }

  @Test
  void rejectsWhatCannotBe() {
    assertThatThrownBy(() -> PoissonBinomial.exactTwoSided(2, List.of(0.5)))
        .hasMessageContaining("2 successes in 1");
    assertThatThrownBy(() -> PoissonBinomial.exactTwoSided(0, List.of(1.5)))
        .hasMessageContaining("1.5");
  }
}
