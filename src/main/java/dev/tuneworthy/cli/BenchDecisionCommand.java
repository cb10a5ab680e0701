package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionBench;
import dev.tuneworthy.decision.DecisionBench.Row;
import dev.tuneworthy.decision.GridBench;
import dev.tuneworthy.decision.GridRecorder;
import dev.tuneworthy.decision.OutcomeGrid;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "decision",
    description = "Hold the decision against simulated worlds whose truth is known.",
    footer = {
      "",
      "Thousands of tasks with known quality, item difficulty, sources that items share, seed"
          + " noise,",
      "prices and forgetting, many on the boundary; the real rule decides each, no model is asked.",
      "Prints every figure beside its bar. Minutes on two cores; the same seed, the same table.",
      "Exit code 2 if a bar is missed.",
      "",
      "With --record a real model answers instead: every candidate on every item of some tasks, once",
      "(minutes for each task; an interrupted recording goes on). With --grids what was recorded is",
      "decided again and again, with other demonstrations, seeds and items.",
      "",
      "Examples:",
      "  tuneworthy bench decision",
      "  tuneworthy bench decision --seed 7 --scale 0.1",
      "  tuneworthy bench decision --record customer-mood --record my-task --out grids",
      "  tuneworthy bench decision --grids grids --policy balanced"
    })
final class BenchDecisionCommand extends Command {
  private static final double LEAST = 0.001;
  private static final double MOST = 100;
  private static final int MOST_RECORDED = 20;
  private static final int MOST_REPLAYS = 10_000;

  /** Of the items, in the replays that do not see all of them. */
  private static final double SHARE = 0.8;

  private final Workshop workshop;
  private final Console console;

  @CommandLine.Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the worlds and what is drawn from them. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @CommandLine.Option(
      names = "--scale",
      defaultValue = "1",
      description = "How much is simulated, times the standard. Default: ${DEFAULT-VALUE}.")
  private double scale;

  @CommandLine.Option(
      names = "--record",
      paramLabel = "TASK",
      description = "Record a task's grid into --out, by path or shipped name; repeatable.")
  private List<String> recorded = List.of();

  @CommandLine.Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where grids, trainings and answers are kept.")
  private Optional<Path> out = Optional.empty();

  @CommandLine.Option(
      names = "--sets",
      defaultValue = "3",
      description =
          "Demonstration sets of each kind to record, 1 to 20. Default: ${DEFAULT-VALUE}.")
  private int sets;

  @CommandLine.Option(
      names = "--adapters",
      defaultValue = "3",
      description = "Quick trainings to record, 1 to 20. Default: ${DEFAULT-VALUE}.")
  private int adapters;

  @CommandLine.Option(
      names = "--grids",
      paramLabel = "DIR",
      description = "Replay the recorded grids of a folder.")
  private Optional<Path> grids = Optional.empty();

  @CommandLine.Option(
      names = "--replays",
      defaultValue = "100",
      description = "Of each grid, 1 to 10000. Default: ${DEFAULT-VALUE}.")
  private int replays;

  @CommandLine.Option(
      names = "--policy",
      defaultValue = "balanced",
      description =
          "What grids are decided under; of it only quality counts. Default: ${DEFAULT-VALUE}.")
  private String policy = "";

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  BenchDecisionCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!recorded.isEmpty() && grids.isPresent()) {
      throw wrong("--record and --grids", "one of the two", "both");
    }
    if (!recorded.isEmpty()) {
      return record();
    }
    return print(grids.map(this::replayed).orElseGet(this::simulated));
  }

  private int record() {
    within("--sets", sets, MOST_RECORDED);
    within("--adapters", adapters, MOST_RECORDED);
    Path folder = out.orElseThrow(() -> wrong("--out", "a folder for the grids", "none"));
    GridRecorder.Settings settings = new GridRecorder.Settings(sets, adapters);
    Inputs inputs = new Inputs(workshop);
    List<Task> tasks = recorded.stream().map(named -> inputs.task(named, 0)).toList();
    for (Task task : tasks) {
      OutcomeGrid grid =
          Interruption.guard(
              console,
              "the same command.",
              progress -> workshop.recordGrid(model.name(), task, settings, folder, progress));
      console.result(
          "%d candidates on %d items: %s"
              .formatted(grid.columns().size(), grid.dev() + grid.test(), grid.write(folder)));
    }
    return ExitCodes.GO;
  }

  private List<Row> replayed(Path folder) {
    within("--replays", replays, MOST_REPLAYS);
    return new GridBench(
            new GridBench.Settings(seed, replays, SHARE), new Inputs(workshop).policy(policy))
        .run(OutcomeGrid.readAll(folder));
  }

  private List<Row> simulated() {
    if (!(scale >= LEAST && scale <= MOST)) {
      throw wrong("--scale", "a number from " + LEAST + " to " + MOST, String.valueOf(scale));
    }
    DecisionBench.Settings all = DecisionBench.Settings.standard(seed);
    return new DecisionBench(
            new DecisionBench.Settings(
                seed,
                scaled(all.worlds()),
                all.rounds(),
                scaled(all.boundaryRounds()),
                scaled(all.foresights())))
        .run();
  }

  private int print(List<Row> rows) {
    console.result("| figure | bar | measured | |");
    console.result("|---|---|---|---|");
    rows.forEach(
        row ->
            console.result(
                "| %s | %s | %s | %s |"
                    .formatted(
                        row.what(),
                        row.bar(),
                        row.measured(),
                        row.reached().map(yes -> yes ? "reached" : "MISSED").orElse(""))));
    return rows.stream().anyMatch(row -> row.reached().equals(Optional.of(false)))
        ? ExitCodes.REFUSED
        : ExitCodes.GO;
  }

  private int scaled(int count) {
    return Math.max(1, (int) Math.round(scale * count));
  }

  private static void within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw wrong(option, "1 to " + most, String.valueOf(value));
    }
  }

  private static ServiceException wrong(String option, String expected, String found) {
    return ServiceException.of(ErrorCode.BAD_USAGE, option, expected, found, "Correct it.");
  }
}
