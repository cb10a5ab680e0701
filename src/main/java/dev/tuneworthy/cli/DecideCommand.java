package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.List;
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

  @CommandLine.Parameters(
      paramLabel = "TASK",
      description = "A task file, its folder, or the name of a shipped task.")
  private String task = "";

  @CommandLine.Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "balanced",
      description = "A policy file or the name of a shipped one. Default: ${DEFAULT-VALUE}.")
  private String policy = "";

  @CommandLine.Option(
      names = "--suite",
      paramLabel = "SUITE",
      defaultValue = "baseline",
      description = "A baseline suite, by path or name; repeatable. Default: ${DEFAULT-VALUE}.")
  private List<String> suites = List.of();

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  @CommandLine.Option(
      names = "--prompt-model",
      paramLabel = "PROVIDER:NAME",
      description = "Prompt this remote model (openai:NAME or ollama:NAME) instead.")
  private Optional<String> promptModel = Optional.empty();

  @CommandLine.Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The decision folder. Default: decisions/TASK-POLICY under this folder.")
  private Optional<Path> out = Optional.empty();

  @CommandLine.Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of demonstrations, training and sampling. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @CommandLine.Option(
      names = "--quick",
      description = "Fewer demonstrations and one training seed: minutes instead of tens of them.")
  private boolean quick;

  @CommandLine.Option(
      names = "--learning-curve",
      description =
          "Train on a quarter and half of the data too: would more data change the verdict? Without"
              + " it that is done where the verdict wants for it and time is left.")
  private boolean learningCurve;

  @CommandLine.Option(names = "--json", description = "Print only the record, as JSON.")
  private boolean json;

  DecideCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Inputs inputs = new Inputs(workshop);
    Policy accepted = inputs.policy(policy);
    Task asked = inputs.task(task, seed);
    DecisionRequest request =
        new DecisionRequest(
            asked,
            accepted,
            inputs.suites(suites),
            model.name(),
            promptModel.map(Inputs::remote),
            seed,
            quick,
            learningCurve);
    Path folder = out.orElseGet(() -> defaultFolder(asked, accepted));
    return new DecisionRun(workshop, console).run(request, folder, json, again(folder));
  }

  private Path defaultFolder(Task asked, Policy accepted) {
    String name =
        asked.name()
            + "-"
            + accepted.name()
            + (seed == 0 ? "" : "-seed" + seed)
            + (quick ? "-quick" : "")
            + (learningCurve ? "-curve" : "");
    return Path.of("decisions")
        .resolve(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "-"));
  }

  private String again(Path folder) {
    return "the same command"
        + (out.isPresent() ? "" : " (its folder is " + folder + ")")
        + ", from the same folder.";
  }
}
