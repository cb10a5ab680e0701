package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRequest;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "decide",
    description = "Decide by measurement whether a prompt does or fine-tuning is worth it.",
    footer = {
      "",
      "Exit codes: 0 a prompt or tuning is recommended, 2 no approach meets the policy,",
      "4 the evidence does not settle it, 3 wrong usage or bad input, 1 a failure.",
      "An interrupted decision goes on where it was: give the same command again.",
      "",
      "Examples:",
      "  tuneworthy decide support-routing --quick",
      "  tuneworthy decide my-task/task.yaml --policy my-policy.yaml --out decisions/mine",
      "  tuneworthy decide my-task --prompt-model openai:gpt-4o-mini --json"
    })
final class DecideCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Mixin private DecisionOptions options = new DecisionOptions();

  @CommandLine.Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The decision folder. Default: decisions/TASK-POLICY under this folder.")
  private Optional<Path> out = Optional.empty();

  @CommandLine.Option(names = "--json", description = "Print only the record, as JSON.")
  private boolean json;

  DecideCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    DecisionRequest request = options.request(workshop);
    Path folder = out.orElseGet(() -> defaultFolder(request));
    return new DecisionRun(workshop, console).run(request, folder, json, again(folder));
  }

  private static Path defaultFolder(DecisionRequest request) {
    String name =
        request.task().name()
            + "-"
            + request.policy().name()
            + (request.seed() == 0 ? "" : "-seed" + request.seed())
            + (request.quick() ? "-quick" : "")
            + (request.learningCurve() ? "-curve" : "");
    return Path.of("decisions")
        .resolve(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "-"));
  }

  private String again(Path folder) {
    return "the same command"
        + (out.isPresent() ? "" : " (its folder is " + folder + ")")
        + ", from the same folder.";
  }
}
