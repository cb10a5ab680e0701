package dev.tuneworthy.cli;

import dev.tuneworthy.decision.RetentionBench;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.retention.Tally;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;

@CommandLine.Command(
    name = "retention",
    description = "Compare every means against forgetting on some tasks, over several seeds.",
    footer = {
      "",
      "Trains plain, with the dial, early stop, a low rate or rank, upper layers only, replay, KL",
      "and consolidation, and prints a table: task quality on test, what is lost by likelihood and",
      "by free answers on dev items of the suites, bits a byte of neutral prose, training time.",
      "Takes hours on a small machine; an interrupted bench goes on: give the same command again.",
      "Every means has its first seed before one has its second.",
      "",
      "Examples:",
      "  tuneworthy bench retention support-routing customer-mood --out bench-retention",
      "  tuneworthy bench retention my-task --means plain --means replay --seeds 1 --out bench",
      "  tuneworthy bench retention my-task --out bench --finished"
    })
final class BenchRetentionCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      arity = "1..*",
      paramLabel = "TASK",
      description = "Task files, their folders, or names of shipped tasks.")
  private List<String> tasks = List.of();

  @CommandLine.Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where trainings and answers are kept.")
  private Path out = Path.of("");

  @CommandLine.Mixin private SuiteOption suites = new SuiteOption();

  @CommandLine.Option(
      names = "--means",
      paramLabel = "NAME",
      description = "Only means whose name starts so; repeatable. Default: all.")
  private List<String> means = List.of();

  @CommandLine.Option(
      names = "--seeds",
      defaultValue = "3",
      description = "Trainings of each, 1 to 20. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @CommandLine.Option(
      names = "--items",
      defaultValue = "50",
      description = "Items of each capability and mode, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int items;

  @CommandLine.Option(
      names = "--finished",
      description = "Print the rows of an earlier run that are finished, and run nothing.")
  private boolean finished;

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  BenchRetentionCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    within("--seeds", seeds, 20);
    within("--items", items, 1000);
    Inputs inputs = new Inputs(workshop);
    List<Task> read = tasks.stream().map(named -> inputs.task(named, 0)).toList();
    RetentionBench.Settings settings =
        new RetentionBench.Settings(
            read, suites.read(inputs), inputs.prose(), seeds, means, items, finished);
    List<RetentionBench.Row> rows =
        Interruption.guard(
            console,
            "the same command.",
            progress -> workshop.benchRetention(model.name(), settings, out, progress));
    console.result(table(rows));
    return ExitCodes.GO;
  }

  private static void within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE, option, "1 to " + most, String.valueOf(value), "Correct it.");
    }
  }

  /** Means over the seeds; a Markdown table, to be committed as it is. */
  static String table(List<RetentionBench.Row> rows) {
    Map<String, List<RetentionBench.Row>> groups = new LinkedHashMap<>();
    rows.forEach(
        row ->
            groups
                .computeIfAbsent(row.task() + "\n" + row.means(), key -> new ArrayList<>())
                .add(row));
    StringBuilder table =
        new StringBuilder(
            """
            | task | means | seeds | quality | choose drop | generate drop | bits a byte | training |
            |---|---|---|---|---|---|---|---|
            """);
    groups.values().forEach(group -> table.append(line(group)).append('\n'));
    return table.toString().strip();
  }

  private static String line(List<RetentionBench.Row> group) {
    boolean bits = group.stream().allMatch(row -> row.bitsPerByte().isPresent());
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %.1f %% (%s) | %s | %s | %s | %.0f s |",
        group.get(0).task(),
        group.get(0).means(),
        group.size(),
        100 * mean(group, RetentionBench.Row::quality),
        spread(group),
        drop(group, RetentionBench.Row::choose),
        drop(group, RetentionBench.Row::generate),
        bits
            ? String.format(
                Locale.ROOT, "%.3f", mean(group, row -> row.bitsPerByte().orElseThrow()))
            : "–",
        mean(group, RetentionBench.Row::trainingSeconds));
  }

  private static String spread(List<RetentionBench.Row> group) {
    double low = group.stream().mapToDouble(RetentionBench.Row::quality).min().orElseThrow();
    double high = group.stream().mapToDouble(RetentionBench.Row::quality).max().orElseThrow();
    return String.format(Locale.ROOT, "%.1f to %.1f", 100 * low, 100 * high);
  }

  private static String drop(
      List<RetentionBench.Row> group, Function<RetentionBench.Row, Tally> mode) {
    Tally all = group.stream().map(mode).reduce(Tally.NONE, Tally::plus);
    return String.format(
        Locale.ROOT,
        "%.1f points (%d lost, %d gained of %d)",
        100 * all.drop(),
        all.lost(),
        all.gained(),
        all.n());
  }

  private static double mean(
      List<RetentionBench.Row> group, ToDoubleFunction<RetentionBench.Row> value) {
    return group.stream().mapToDouble(value).average().orElseThrow();
  }
}
