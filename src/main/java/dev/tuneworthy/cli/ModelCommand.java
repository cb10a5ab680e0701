package dev.tuneworthy.cli;

import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(
    name = "model",
    description = "List the models of the catalogue or fetch one.",
    footer = {
      "",
      "Models lie in ~/.cache/tuneworthy, or where TUNEWORTHY_CACHE says.",
      "",
      "Examples:",
      "  tuneworthy model list",
      "  tuneworthy model pull smollm2-135m-instruct"
    })
final class ModelCommand extends Command {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "expected a command: list or pull");
  }

  @CommandLine.Command(
      name = "list",
      description = "List the models of the catalogue.",
      footer = {"", "Example:", "  tuneworthy model list"})
  static final class ListModels extends Command {
    private final Workshop workshop;
    private final Console console;

    ListModels(Workshop workshop, Console console) {
      this.workshop = workshop;
      this.console = console;
    }

    @Override
    public Integer call() {
      TextTable table = new TextTable("model", "licence", "MB", "fetched");
      workshop
          .models()
          .forEach(
              m ->
                  table.row(
                      m.model().id(),
                      m.model().licence(),
                      String.valueOf(m.model().bytes() / 1_000_000),
                      m.cached() ? m.path().toString() : "no"));
      console.result(table.toString());
      return ExitCodes.GO;
    }
  }

  @CommandLine.Command(
      name = "pull",
      description = "Fetch a model and verify it.",
      footer = {
        "",
        "An interrupted fetch goes on or starts anew with the same command.",
        "",
        "Example:",
        "  tuneworthy model pull smollm2-135m-instruct"
      })
  static final class Pull extends Command {
    private final Workshop workshop;
    private final Console console;

    @CommandLine.Parameters(
        paramLabel = "MODEL",
        defaultValue = ModelOption.DEFAULT,
        description = "A name of 'model list'. Default: ${DEFAULT-VALUE}.")
    private String model = "";

    Pull(Workshop workshop, Console console) {
      this.workshop = workshop;
      this.console = console;
    }

    @Override
    public Integer call() {
      Path file =
          Interruption.guard(
              console, "the same command.", progress -> workshop.pull(model, progress));
      console.result(file.toString());
      return ExitCodes.GO;
    }
  }
}
