package dev.tuneworthy.cli;

import dev.tuneworthy.cli.Workshop.Speed;
import java.util.Locale;
import picocli.CommandLine;

@CommandLine.Command(
    name = "bench",
    description = "Measure how fast this machine prompts, generates and trains.",
    footer = {
      "",
      "Runs the engine on made-up tokens of fixed shapes, one figure after the other, a few minutes",
      "in all. Rows are printed as they are measured; the memory is the most that the process held",
      "up to that row. src/bench/peers.py measures other engines on the same shapes.",
      "Part mitigation, which is measured only where it is asked for, sets the time of a training",
      "step with each kind of means against forgetting beside that of a plain one; the first time",
      "the base model answers general prompts for it, a few minutes more.",
      "TUNEWORTHY_PRECISION and TUNEWORTHY_TRAINING_PRECISION say in which precision.",
      "",
      "Examples:",
      "  tuneworthy bench",
      "  tuneworthy bench --only training",
      "  tuneworthy bench --only mitigation",
      "  tuneworthy bench --model tiny.gguf --json"
    })
final class BenchCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  @CommandLine.Option(
      names = "--only",
      paramLabel = "PART",
      description =
          "One part alone, so that its memory is its own: ${COMPLETION-CANDIDATES}. Default: all,"
              + " which is prompting and training.")
  private Workshop.BenchPart only = Workshop.BenchPart.ALL;

  @CommandLine.Option(names = "--json", description = "One JSON object for each row.")
  private boolean json;

  BenchCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Interruption.guard(
        console,
        "the same command.",
        progress -> {
          workshop.bench(model.name(), only, this::print, progress);
          return true;
        });
    return ExitCodes.GO;
  }

  private void print(Speed row) {
    console.result(
        json
            ? String.format(
                Locale.ROOT,
                "{\"what\":\"%s\",\"precision\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",\"gflops\":%.1f,\"peakGb\":%.2f}",
                row.what(),
                row.precision(),
                row.value(),
                row.unit(),
                row.gigaflops(),
                row.peakGigabytes())
            : String.format(
                Locale.ROOT,
                "%-66s %-7s %8.2f %-12s %s  peak memory %.2f GB",
                row.what(),
                row.precision(),
                row.value(),
                row.unit(),
                row.gigaflops() > 0
                    ? String.format(Locale.ROOT, "%6.0f GFLOP/s", row.gigaflops())
                    : " ".repeat(14),
                row.peakGigabytes()));
  }
}
