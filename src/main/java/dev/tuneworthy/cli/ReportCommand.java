package dev.tuneworthy.cli;

import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(
    name = "report",
    description = "Write the report of a decision anew, or print it.",
    footer = {
      "",
      "Examples:",
      "  tuneworthy report decisions/mine",
      "  tuneworthy report decisions/mine --markdown"
    })
final class ReportCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(paramLabel = "DECISION", description = "A decision folder.")
  private Path decision = Path.of("");

  @CommandLine.ArgGroup(exclusive = true)
  private Form form = new Form();

  private static final class Form {
    @CommandLine.Option(names = "--markdown", description = "Print the report as Markdown.")
    private boolean markdown;

    @CommandLine.Option(names = "--json", description = "Print only the record, as JSON.")
    private boolean json;
  }

  ReportCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    DecisionFolders folders = workshop.folders();
    if (form.markdown) {
      console.result(folders.markdown(decision));
    } else if (form.json) {
      console.result(folders.json(folders.read(decision)));
    } else {
      console.result(VerdictText.of(folders.read(decision)));
      folders.render(decision);
      console.result("");
      console.result("The report is " + decision.resolve("report.html"));
    }
    return ExitCodes.GO;
  }
}
