package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.retention.GateBench;
import dev.tuneworthy.suite.BaselineSuite;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "gate",
    description = "Hold the retention gate against simulated adapters whose harm is known.",
    footer = {
      "",
      "Adapters that harm nothing, that take one capability down 10 points, and that take all down",
      "4, on 12 capabilities of 100 single items and on the items of a suite, whose template",
      "families flip together more or less; the real rule judges each, no model is asked. Prints",
      "how often the gate passes beside the bars. Some minutes; the same seed, the same table.",
      "Exit code 2 if a bar is missed.",
      "",
      "Examples:",
      "  tuneworthy bench gate",
      "  tuneworthy bench gate --suite my-suite --adapters 500"
    })
final class BenchGateCommand extends Command {
  private static final int MOST = 1_000_000;

  private final Workshop workshop;
  private final Console console;

  @CommandLine.Option(
      names = "--suite",
      paramLabel = "SUITE",
      defaultValue = "baseline",
      description = "The suite whose items are taken, by path or name. Default: ${DEFAULT-VALUE}.")
  private String suite = "";

  @CommandLine.Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of what is drawn. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @CommandLine.Option(
      names = "--adapters",
      description = "Of each kind in each world. Default: 4000.")
  private Optional<Integer> adapters = Optional.empty();

  BenchGateCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    GateBench.Settings standard = GateBench.Settings.standard(seed);
    int count = adapters.orElse(standard.adapters());
    if (count < 1 || count > MOST) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE, "--adapters", "1 to " + MOST, String.valueOf(count), "Correct it.");
    }
    BaselineSuite items = new Inputs(workshop).suites(List.of(suite)).get(0);
    List<GateBench.Row> rows = new GateBench(new GateBench.Settings(seed, count), items).run();
    console.result(table(rows));
    return rows.stream().anyMatch(row -> row.reached().equals(Optional.of(false)))
        ? ExitCodes.REFUSED
        : ExitCodes.GO;
  }

  /** A Markdown table, to be committed as it is. */
  static String table(List<GateBench.Row> rows) {
    StringBuilder table =
        new StringBuilder(
            """
            | items | in a family | flips | harmless passes | harmless fails | one down 10 passes | all down 4 passes | |
            |---|---|---|---|---|---|---|---|
            | bar, up to 5 % flips | | | at least 95 % | | at most 5 % | at most 1 % | |
            """);
    for (GateBench.Row row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %.0f %% | %s | %s | %s | %s | %s |%n",
              row.suite(),
              row.correlation(),
              100 * row.flips(),
              row.harmlessPasses(),
              row.harmlessFails(),
              row.oneDownPasses(),
              row.allDownPasses(),
              row.reached().map(yes -> yes ? "reached" : "MISSED").orElse("")));
    }
    return table.toString().strip();
  }
}
