package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.Mitigation;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine;

@CommandLine.Command(
    name = "tune",
    description = "Train one LoRA adapter for a task, without deciding anything.",
    footer = {
      "",
      "Trains on train, stops by dev, never looks at test. An interrupted training goes on from"
          + " its",
      "last checkpoint: give the same command again.",
      "",
      "Examples:",
      "  tuneworthy tune support-routing --out adapters/support",
      "  tuneworthy tune my-task --out adapters/mine --seed 3",
      "  tuneworthy tune my-task --out adapters/mine --learning-rate 0.0005 --suite baseline",
      "  tuneworthy tune my-task --out adapters/kind --mitigation kl=4"
    })
final class TuneCommand extends Command {
  private static final int MOST_RANK = 256;

  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      paramLabel = "TASK",
      description = "A task file, its folder, or the name of a shipped task.")
  private String task = "";

  @CommandLine.Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the adapter goes, as a PEFT folder.")
  private Path out = Path.of("");

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  @CommandLine.Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the order and the initial weights. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @CommandLine.Option(names = "--quick", description = "Fewer steps.")
  private boolean quick;

  @CommandLine.Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "Peak of the schedule, between 0 and 1. Default: 0.001.")
  private Optional<Double> learningRate = Optional.empty();

  @CommandLine.Option(
      names = "--rank",
      paramLabel = "R",
      description = "Rank of the adapter, 1 to 256. Default: 8, or 16 above 1,000 examples.")
  private Optional<Integer> rank = Optional.empty();

  @CommandLine.Option(
      names = "--mitigation",
      paramLabel = "MEANS",
      description =
          "Means against forgetting, separated by commas: replay=SHARE of general prompts that the"
              + " base model answered, kl=WEIGHT or task-kl=WEIGHT to stay near the base model on"
              + " these or on the task's own prompts, ewc=STRENGTH for elastic weight"
              + " consolidation."
              + " Default: none.")
  private Optional<String> mitigation = Optional.empty();

  @CommandLine.Option(
      names = "--suite",
      paramLabel = "SUITE",
      description =
          "Watch this baseline suite while training, and stop if the model is being destroyed;"
              + " repeatable.")
  private List<String> suites = List.of();

  TuneCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Inputs inputs = new Inputs(workshop);
    Task read = inputs.task(task, seed);
    Workshop.TuneOrder order = order(inputs);
    Workshop.TuningSummary tuned =
        Interruption.guard(
            console,
            "the same command.",
            progress -> workshop.tune(read, model.name(), order, out, progress));
    console.result(
        String.format(
            Locale.ROOT,
            "%s: %s %.1f %% on dev after %d steps (%,d tokens)",
            tuned.id(),
            tuned.metric(),
            100 * tuned.devQuality(),
            tuned.steps(),
            tuned.tokens()));
    tuned.divergence().ifPresent(what -> console.result("Note: " + what));
    tuned.stopped().ifPresent(why -> console.result("Note: the training was stopped: " + why));
    console.result("The adapter is in " + tuned.adapter());
    return ExitCodes.GO;
  }

  private Workshop.TuneOrder order(Inputs inputs) {
    if (learningRate.isPresent() && !(learningRate.get() > 0 && learningRate.get() < 1)) {
      throw wrong("--learning-rate", "between 0 and 1", learningRate.get());
    }
    if (rank.isPresent() && (rank.get() < 1 || rank.get() > MOST_RANK)) {
      throw wrong("--rank", "1 to " + MOST_RANK, rank.get());
    }
    return new Workshop.TuneOrder(
        seed,
        quick,
        learningRate.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        rank.map(OptionalInt::of).orElse(OptionalInt.empty()),
        mitigation.map(MitigationSpec::parse).orElse(Mitigation.NONE),
        suites.isEmpty() ? List.of() : inputs.suites(suites));
  }

  private static ServiceException wrong(String option, String expected, Object found) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE, option, expected, String.valueOf(found), "Correct it.");
  }
}
