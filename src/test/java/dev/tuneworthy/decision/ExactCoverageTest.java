package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decision.DecisionBench.Row;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExactCoverageTest {
  @Test
  void everyFigureReachesItsBar() {
    List<Row> rows = ExactCoverage.rows();

    assertThat(rows).hasSize(8).allMatch(row -> row.reached().equals(Optional.of(true)));
  }

  /** Agresti and Coull 1998 show the dips near the ends, where only no success covers. */
  @Test
  void knowsWilsonsDipNearTheEnd() {
    // One success in n = 30 has its lower bound at 0.0059; a rate below it is covered only by 0.
    double rate = 0.0055;

    assertThat(ExactCoverage.wilson(30, rate)).isCloseTo(Math.pow(1 - rate, 30), within(1e-9));
  }

  @Test
  void coversADifferenceOfNoneWhereAlmostNothingDiffers() {
    assertThat(ExactCoverage.tango(100, 0.001, 0.001)).isGreaterThan(0.99);
  }
}
