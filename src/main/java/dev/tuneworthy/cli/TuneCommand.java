package dev.tuneworthy.cli;

import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.Locale;
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
      "  tuneworthy tune my-task --out adapters/mine --seed 3"
    })
final class TuneCommand extends Command {
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

  TuneCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Task read = new Inputs(workshop).task(task, seed);
    Workshop.TuningSummary tuned =
        Interruption.guard(
            console,
            "the same command.",
            progress -> workshop.tune(read, model.name(), seed, quick, out, progress));
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
    console.result("The adapter is in " + tuned.adapter());
    return ExitCodes.GO;
  }
}
