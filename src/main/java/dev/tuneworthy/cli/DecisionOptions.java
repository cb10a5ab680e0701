package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRequest;
import java.util.Optional;
import picocli.CommandLine;

/** What is to be decided: the options that {@code decide} and {@code forecast} share. */
final class DecisionOptions {
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

  @CommandLine.Mixin private SuiteOption suites = new SuiteOption();

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  @CommandLine.Option(
      names = "--prompt-model",
      paramLabel = "PROVIDER:NAME",
      description = "Prompt this remote model (openai:NAME or ollama:NAME) instead.")
  private Optional<String> promptModel = Optional.empty();

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

  DecisionRequest request(Workshop workshop) {
    Inputs inputs = new Inputs(workshop);
    var accepted = inputs.policy(policy);
    return new DecisionRequest(
        inputs.task(task, seed),
        accepted,
        suites.read(inputs),
        model.name(),
        promptModel.map(Inputs::remote),
        seed,
        quick,
        learningCurve);
  }
}
