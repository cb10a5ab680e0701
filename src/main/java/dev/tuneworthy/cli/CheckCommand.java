package dev.tuneworthy.cli;

import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.retention.DataDistance;
import dev.tuneworthy.stats.Power;
import dev.tuneworthy.task.DataChecks;
import dev.tuneworthy.task.DataReport;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "check",
    description = "Check a task's data before anything runs on it.",
    footer = {
      "",
      "Looks for duplicates and near-duplicates across splits, conflicting answers, texts that do",
      "not fit the model's context, class balance, and what difference the test set can show.",
      "Exit code 3 if the data cannot be used as they are, else 0.",
      "",
      "Examples:",
      "  tuneworthy check support-routing",
      "  tuneworthy check my-task/task.yaml --seed 7"
    })
final class CheckCommand extends Command {
  /** Share of test items on which two finalists differ, where nothing is known yet. */
  private static final double TYPICAL_DISCORDANCE = 0.2;

  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      paramLabel = "TASK",
      description = "A task file, its folder, or the name of a shipped task.")
  private String task = "";

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  @CommandLine.Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the split, where the task gives ratios. Default: ${DEFAULT-VALUE}.")
  private long seed;

  CheckCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Inputs inputs = new Inputs(workshop);
    Task read = inputs.task(task, seed);
    DataReport report;
    Optional<DataDistance.Report> distance;
    try (ProgressLine progress = new ProgressLine(console);
        LocalModel local = workshop.localModel(model.name(), progress)) {
      report =
          DataChecks.run(
              read,
              local::countTokens,
              local.contextLength(),
              n -> Power.detectable(n, TYPICAL_DISCORDANCE, 0.05, 0.9));
      distance = report.hasErrors() ? Optional.empty() : distance(read, local, inputs.prose());
    }
    console.result(
        "Task %s: %d train, %d dev, %d test examples"
            .formatted(
                read.name(),
                read.split(Split.TRAIN).size(),
                read.split(Split.DEV).size(),
                read.split(Split.TEST).size()));
    for (DataReport.Finding finding : report.findings()) {
      console.result(
          "%-7s %s: %s"
              .formatted(
                  finding.severity().name().toLowerCase(Locale.ROOT),
                  finding.check(),
                  finding.message()));
      if (!finding.examples().isEmpty()) {
        console.result("        " + String.join(", ", finding.examples()));
      }
    }
    distance.ifPresent(this::show);
    return report.hasErrors() ? ExitCodes.USAGE : ExitCodes.GO;
  }

  /** How far the training data are from what the model knows; empty without neutral prose. */
  private static Optional<DataDistance.Report> distance(
      Task task, LocalModel local, Optional<String> prose) {
    if (prose.isEmpty() || task.split(Split.TRAIN).isEmpty()) {
      return Optional.empty();
    }
    try (Answerer base = local.base()) {
      return Optional.of(DataDistance.measure(task, base, local::countTokens, prose.get()));
    }
  }

  private void show(DataDistance.Report distance) {
    console.result(
        String.format(
            Locale.ROOT,
            "%-7s distance: %.2f bits a byte of input, %.2f of answer; neutral prose %.2f; %.0f %%"
                + " of %d inputs are outliers.",
            "info",
            distance.inputs(),
            distance.completions(),
            distance.neutral(),
            100 * distance.outliers(),
            distance.examples()));
    distance.warning().ifPresent(text -> console.result("warning distance: " + text));
  }
}
