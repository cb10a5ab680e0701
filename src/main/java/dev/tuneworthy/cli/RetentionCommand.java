package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRecord;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(
    name = "retention",
    description = "Measure what a model forgets under an adapter.",
    footer = {
      "",
      "Puts every item of the suites to the base model and to the model with the adapter, by",
      "likelihood and by free answers, and counts what was lost and gained. Judged as if the",
      "adapter were always on: at most 3 points lost in the pool, 5 in a capability.",
      "Exit codes: 0 kept, 2 lost too much, 4 undecided.",
      "",
      "Examples:",
      "  tuneworthy retention --adapter decisions/mine/adapter",
      "  tuneworthy retention --adapter my-adapter --suite baseline --suite my-suite"
    })
final class RetentionCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "A LoRA adapter as a PEFT folder.")
  private Path adapter = Path.of("");

  @CommandLine.Option(
      names = "--suite",
      paramLabel = "SUITE",
      defaultValue = "baseline",
      description = "A baseline suite, by path or name; repeatable. Default: ${DEFAULT-VALUE}.")
  private List<String> suites = List.of();

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  RetentionCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    var read = new Inputs(workshop).suites(suites);
    DecisionRecord.RetentionPart part =
        Interruption.guard(
            console,
            "the same command.",
            progress -> workshop.retention(model.name(), adapter, read, progress));
    console.result(VerdictText.retention(part.modes()));
    return exitCode(part);
  }

  /** As a gate: a mode that fails refuses, one that is open leaves it open. */
  private static int exitCode(DecisionRecord.RetentionPart part) {
    List<String> statuses = part.modes().stream().map(mode -> mode.status()).toList();
    if (statuses.contains("FAIL")) {
      return ExitCodes.REFUSED;
    }
    return statuses.contains("UNKNOWN") ? ExitCodes.INCONCLUSIVE : ExitCodes.GO;
  }
}
