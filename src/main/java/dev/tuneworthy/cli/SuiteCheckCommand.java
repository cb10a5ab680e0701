package dev.tuneworthy.cli;

import dev.tuneworthy.suite.BaselineSuite;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(
    name = "check",
    description = "Check a baseline suite before anything is measured with it.",
    footer = {
      "",
      "Exit code 3 if the suite cannot be used as it is, else 0.",
      "",
      "Example:",
      "  tuneworthy suite check baseline"
    })
final class SuiteCheckCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      paramLabel = "SUITE",
      defaultValue = "baseline",
      description = "A baseline suite, by path or name. Default: ${DEFAULT-VALUE}.")
  private String suite = "";

  SuiteCheckCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    BaselineSuite read = new Inputs(workshop).suites(List.of(suite)).get(0);
    console.result("Suite %s: %d items".formatted(read.name(), read.items().size()));
    return ExitCodes.GO;
  }
}
