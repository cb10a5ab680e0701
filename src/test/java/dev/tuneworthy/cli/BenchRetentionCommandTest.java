package dev.tuneworthy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.RetentionBench.Row;
import dev.tuneworthy.retention.Tally;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bench's table. */
class BenchRetentionCommandTest {
  @Test
  void aLineIsTheMeanOverItsSeedsWithTheSpreadOfQuality() {
    Tally choose = new Tally(100, 80, 1, 2);
    String table =
        BenchRetentionCommand.table(
            List.of(
                row("plain", 0.9, choose, new Tally(100, 60, 20, 0), Optional.of(1.1), 60),
                row("plain", 0.8, choose, new Tally(100, 60, 10, 0), Optional.of(1.3), 80),
                row("dial 0.5", 0.7, choose, Tally.NONE, Optional.empty(), 0)));
    assertThat(table.lines())
        .hasSize(4)
        .contains(
            "| mood | plain | 2 | 85.0 % (80.0 to 90.0) | -1.0 points (2 lost, 4 gained of 200)"
                + " | 15.0 points (30 lost, 0 gained of 200) | 1.200 | 70 s |",
            "| mood | dial 0.5 | 1 | 70.0 % (70.0 to 70.0) | -1.0 points (1 lost, 2 gained of 100)"
                + " | 0.0 points (0 lost, 0 gained of 0) | – | 0 s |");
  }

  private static Row row(
      String means,
      double quality,
      Tally choose,
      Tally generate,
      Optional<Double> bits,
      double seconds) {
    return new Row("mood", means, 1, quality, choose, generate, bits, seconds);
  }
}
