package dev.tuneworthy.cli;

import picocli.CommandLine;

@CommandLine.Command(
    name = "suite",
    description = "Look after baseline suites.",
    footer = {
      "",
      "Examples:",
      "  tuneworthy suite check",
      "  tuneworthy suite check my-suite --model smollm2-135m-instruct"
    })
final class SuiteCommand extends Command {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "expected a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
