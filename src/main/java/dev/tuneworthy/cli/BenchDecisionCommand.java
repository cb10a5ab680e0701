package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionBench;
import dev.tuneworthy.decision.DecisionBench.Row;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "decision",
    description = "Hold the decision against simulated worlds whose truth is known.",
    footer = {
      "",
      "Thousands of tasks with known quality, item difficulty, sources that items share, seed"
          + " noise,",
      "prices and forgetting, many on the boundary; the real rule decides each, no model is asked.",
      "Prints every figure beside its bar. Minutes on two cores; the same seed, the same table.",
      "Exit code 2 if a bar is missed.",
      "",
      "Examples:",
      "  tuneworthy bench decision",
      "  tuneworthy bench decision --seed 7 --scale 0.1"
    })
final class BenchDecisionCommand extends Command {
  private static final double LEAST = 0.001;
  private static final double MOST = 100;

  private final Console console;

  @CommandLine.Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the worlds and what is drawn from them. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @CommandLine.Option(
      names = "--scale",
      defaultValue = "1",
      description = "How much is simulated, times the standard. Default: ${DEFAULT-VALUE}.")
  private double scale;

  BenchDecisionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!(scale >= LEAST && scale <= MOST)) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--scale",
          "a number from " + LEAST + " to " + MOST,
          String.valueOf(scale),
          "Correct it.");
    }
    DecisionBench.Settings all = DecisionBench.Settings.standard(seed);
    List<Row> rows =
        new DecisionBench(
                new DecisionBench.Settings(
                    seed,
                    scaled(all.worlds()),
                    all.rounds(),
                    scaled(all.boundaryRounds()),
                    scaled(all.foresights())))
            .run();
    console.result("| figure | bar | measured | |");
    console.result("|---|---|---|---|");
    rows.forEach(
        row ->
            console.result(
                "| %s | %s | %s | %s |"
                    .formatted(
                        row.what(),
                        row.bar(),
                        row.measured(),
                        row.reached().map(yes -> yes ? "reached" : "MISSED").orElse(""))));
    return rows.stream().anyMatch(row -> row.reached().equals(Optional.of(false)))
        ? ExitCodes.REFUSED
        : ExitCodes.GO;
  }

  private int scaled(int count) {
    return Math.max(1, (int) Math.round(scale * count));
  }
}
