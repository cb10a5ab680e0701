package dev.tuneworthy.cli;

import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.LmEvalImport;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(
    name = "import",
    description = "Make a suite of tasks of lm-evaluation-harness.",
    footer = {
      "",
      "Takes multiple_choice tasks without few-shot examples whose data are JSON, JSON lines or",
      "CSV beside the task. doc_to_text, doc_to_choice and doc_to_target are templates or names"
          + " of",
      "fields; choices are compared by acc, or by acc_norm where the task lists it.",
      "",
      "Examples:",
      "  tuneworthy suite import my-tasks/arc.yaml --format lm-eval --out my-suite",
      "  tuneworthy retention --adapter my-adapter --suite my-suite"
    })
final class SuiteImportCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      paramLabel = "TASK",
      arity = "1..100",
      description = "YAML files of tasks; each becomes a capability.")
  private List<Path> tasks = List.of();

  @CommandLine.Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = SuiteCommand.LM_EVAL,
      description = "lm-eval, the only one so far. Default: ${DEFAULT-VALUE}.")
  private String format = "";

  @CommandLine.Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the suite goes; new or empty.")
  private Path out = Path.of("");

  SuiteImportCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    SuiteCommand.checkFormat(format);
    BaselineSuite made = LmEvalImport.write(tasks, workshop.templates(), out);
    console.result(
        "%d items of %d tasks, SHA-256 %s"
            .formatted(made.items().size(), tasks.size(), made.sha256()));
    console.result("The suite is in " + out);
    return ExitCodes.GO;
  }
}
