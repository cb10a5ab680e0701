package dev.tuneworthy.cli;

import picocli.CommandLine;

@CommandLine.Command(
    name = "tuneworthy",
    description = "Is it worth fine-tuning, or does a prompt do? Answered by measurement.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 go, 1 a failure of the program or its surroundings, 2 the policy says no,",
      "3 wrong usage or bad input, 4 inconclusive.",
      "",
      "Examples:",
      "  tuneworthy demo --quick",
      "  tuneworthy decide support-routing --policy balanced --out decisions/support",
      "  tuneworthy COMMAND --help"
    })
final class TuneworthyCommand extends Command {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @CommandLine.Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "expected a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
