package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "demo",
    description = "Decide a shipped task under a shipped policy, on the default model.",
    footer = {
      "",
      "Fetches the model the first time. Ends with exit code 0 whatever the verdict is.",
      "",
      "Examples:",
      "  tuneworthy demo",
      "  tuneworthy demo --quick --out /tmp/demo"
    })
final class DemoCommand extends Command {
  static final String TASK = "support-routing";
  static final String POLICY = "balanced";
  static final String SUITE = "baseline";

  private final Workshop workshop;
  private final Console console;

  @CommandLine.Option(
      names = "--quick",
      description = "At most 4 minutes instead of 10: fewer demonstrations, one training seed.")
  private boolean quick;

  @CommandLine.Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The decision folder. Default: decisions/demo or decisions/demo-quick.")
  private Optional<Path> out = Optional.empty();

  DemoCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Inputs inputs = new Inputs(workshop);
    DecisionRequest request =
        new DecisionRequest(
            inputs.task(TASK, 0),
            inputs.policy(POLICY),
            inputs.suites(List.of(SUITE)),
            ModelOption.DEFAULT,
            Optional.empty(),
            0,
            quick);
    Path folder = out.orElseGet(() -> Path.of("decisions", quick ? "demo-quick" : "demo"));
    new DecisionRun(workshop, console).run(request, folder, false, "the same command.");
    return ExitCodes.GO;
  }
}
