package dev.tuneworthy.cli;

import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.LmEvalExport;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(
    name = "export",
    description = "Write a suite's choice items as tasks of lm-evaluation-harness.",
    footer = {
      "",
      "The harness runs them as they are. The tasks name their data by absolute path: export",
      "again after moving them. Items that are only answered freely are left out.",
      "",
      "Examples:",
      "  tuneworthy suite export baseline --format lm-eval --out lm-tasks",
      "  lm_eval --model hf --model_args pretrained=my-model --include_path lm-tasks \\",
      "    --tasks tuneworthy_baseline"
    })
final class SuiteExportCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      paramLabel = "SUITE",
      description = "A baseline suite, by path or by name.")
  private String suite = "";

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
      description = "Where the tasks go.")
  private Path out = Path.of("");

  SuiteExportCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    SuiteCommand.checkFormat(format);
    BaselineSuite read = new Inputs(workshop).suites(List.of(suite)).get(0);
    LmEvalExport.Written written = LmEvalExport.write(read, out);
    console.result(
        "%d items in %d tasks, together %s; %d items without choices left out"
            .formatted(written.items(), written.tasks().size(), written.group(), written.left()));
    console.result("The tasks are in " + out);
    return ExitCodes.GO;
  }
}
