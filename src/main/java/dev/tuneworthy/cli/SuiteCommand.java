package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import picocli.CommandLine;

@CommandLine.Command(
    name = "suite",
    description = "Look after baseline suites, and exchange them with lm-evaluation-harness.",
    footer = {
      "",
      "Examples:",
      "  tuneworthy suite check",
      "  tuneworthy suite check my-suite --model smollm2-135m-instruct",
      "  tuneworthy suite export baseline --format lm-eval --out lm-tasks",
      "  tuneworthy suite import my-tasks/arc.yaml --format lm-eval --out my-suite"
    })
final class SuiteCommand extends Command {
  /** The one format that suites are exchanged in. */
  static final String LM_EVAL = "lm-eval";

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "expected a command: " + String.join(", ", spec.subcommands().keySet()));
  }

  static void checkFormat(String format) {
    if (!format.equals(LM_EVAL)) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE, "--format", LM_EVAL, "'" + format + "'", "Name a known format.");
    }
  }
}
