package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.evaluation.TrialRunner;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.scoring.Quality;
import dev.tuneworthy.scoring.Scorers;
import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.stats.Wilson;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine;

@CommandLine.Command(
    name = "evaluate",
    description = "Run one candidate over one split and show its quality.",
    footer = {
      "",
      "Examples:",
      "  tuneworthy evaluate support-routing --candidate zero-shot",
      "  tuneworthy evaluate support-routing --candidate few-shot:k=8,balanced,seed=1",
      "  tuneworthy evaluate my-task --candidate lora:decisions/mine/adapter --split test"
    })
final class EvaluateCommand extends Command {
  /** Tokens of a free answer. */
  private static final int ANSWER_TOKENS = 64;

  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      paramLabel = "TASK",
      description = "A task file, its folder, or the name of a shipped task.")
  private String task = "";

  @CommandLine.Option(
      names = "--candidate",
      required = true,
      paramLabel = "CANDIDATE",
      description = "zero-shot, few-shot:k=8[,balanced][,seed=N] or lora:FOLDER.")
  private String candidate = "";

  @CommandLine.Option(
      names = "--split",
      defaultValue = "dev",
      description = "train, dev or test. Default: ${DEFAULT-VALUE}, to keep test unseen.")
  private String split = "";

  @CommandLine.Option(
      names = "--mode",
      description = "choose or generate. Default: choose where the task has choices.")
  private Optional<String> mode = Optional.empty();

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  @CommandLine.Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Keep the outcomes and the result cache in this folder.")
  private Optional<Path> out = Optional.empty();

  @CommandLine.Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the split, where the task gives ratios. Default: ${DEFAULT-VALUE}.")
  private long seed;

  EvaluateCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    CandidateSpec spec = CandidateSpec.parse(candidate);
    Split on = word("--split", split, Split.values(), Split::label);
    Task read = new Inputs(workshop).task(task, seed);
    AnswerMode how =
        mode.map(m -> word("--mode", m, AnswerMode.values(), AnswerMode::label))
            .orElse(read.closed() ? AnswerMode.CHOOSE : AnswerMode.GENERATE);
    if (how == AnswerMode.CHOOSE && !read.closed()) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--mode",
          "generate for a task without choices",
          "choose",
          "Leave --mode out, or give the task its choices.");
    }
    boolean kept = out.isPresent();
    Path folder = kept ? out.get() : Files.createTempDirectory("tuneworthy-evaluate");
    try {
      show(read, run(read, spec, on, how, folder), folder, kept);
    } finally {
      if (!kept) {
        Folders.delete(folder);
      }
    }
    return ExitCodes.GO;
  }

  private Trial run(Task read, CandidateSpec spec, Split on, AnswerMode how, Path folder) {
    return Interruption.guard(
        console,
        "the same command with the same --out.",
        progress -> {
          try (LocalModel local = workshop.localModel(model.name(), progress);
              ResultCache cache =
                  ResultCache.open(folder.resolve("cache"), w -> console.err().println(w))) {
            QuestionRunner questions = new QuestionRunner(cache, console.nanoClock());
            Candidate asked = of(spec, read, local);
            return new TrialRunner(questions, Scorers.forTask(read))
                .run(asked, read, on, how, Decoding.greedy(ANSWER_TOKENS), progress);
          }
        });
  }

  private static Candidate of(CandidateSpec spec, Task read, LocalModel local) {
    if (spec instanceof CandidateSpec.FewShot fewShot) {
      return PromptCandidate.fewShot(read, fewShot.plan(), local.ref(), local::base);
    }
    return spec instanceof CandidateSpec.Lora lora
        ? local.candidate(read, lora.adapter())
        : PromptCandidate.zeroShot(read, local.ref(), local::base);
  }

  private void show(Task read, Trial trial, Path folder, boolean kept) {
    TextTable table =
        new TextTable("candidate", "split", "mode", "n", "failed", "metric", "quality", "95 %");
    Quality quality = quality(read, trial);
    table.row(
        trial.candidateId(),
        trial.split().label(),
        trial.mode().label(),
        String.valueOf(trial.n()),
        String.valueOf(trial.failed()),
        quality.metric(),
        quality.value().map(v -> "%.1f %%".formatted(100 * v)).orElse("-"),
        interval(read, trial));
    console.result(table.toString());
    if (kept) {
      JsonlOutcomes.write(folder.resolve("outcomes.jsonl"), List.of(trial));
      console.result("The outcomes are in " + folder.resolve("outcomes.jsonl"));
    }
  }

  private static Quality quality(Task read, Trial trial) {
    List<Example> examples = read.split(trial.split());
    return Quality.of(
        read,
        IntStream.range(0, trial.n())
            .mapToObj(
                i -> {
                  ItemResult result = trial.results().get(i);
                  return new Quality.Judged(examples.get(i), result.answer(), result.outcome());
                })
            .toList());
  }

  /** Wilson's interval; a mean over classes has none as simple as that. */
  private static String interval(Task read, Trial trial) {
    if (read.metric() == Metric.F1_MACRO || trial.scored() == 0) {
      return "-";
    }
    int right = (int) trial.results().stream().filter(ItemResult::correct).count();
    Interval interval = Wilson.interval(right, trial.scored(), 0.95);
    return "%.1f to %.1f %%".formatted(100 * interval.low(), 100 * interval.high());
  }

  private static <T> T word(
      String option, String text, T[] values, java.util.function.Function<T, String> label) {
    List<String> labels = List.of(values).stream().map(label).toList();
    int at = labels.indexOf(text.toLowerCase(Locale.ROOT));
    if (at < 0) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          option,
          String.join(", ", labels),
          "'" + text + "'",
          "Name one of them.");
    }
    return values[at];
  }
}
