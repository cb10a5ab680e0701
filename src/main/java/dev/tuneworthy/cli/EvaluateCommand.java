package dev.tuneworthy.cli;

import dev.tuneworthy.decision.RemoteConsent;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.evaluation.TrialRunner;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.scoring.Outcome;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
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
      "  tuneworthy evaluate support-routing --candidate few-shot:k=8,nearest",
      "  tuneworthy evaluate my-task --candidate lora:decisions/mine/adapter --split test",
      "  tuneworthy evaluate my-task --candidate few-shot:k=8 --prompt-model openai:gpt-4o-mini"
          + " \\",
      "    --policy my-policy.yaml"
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
      description =
          "zero-shot, few-shot:k=8[,balanced][,seed=N] or lora:FOLDER. Instead of balanced: random,"
              + " or nearest, nearest-embeddings or diverse, which choose for each question. A"
              + " prompt is calibrated by contextual, domain or batch, as in zero-shot:contextual or"
              + " few-shot:k=8,domain; instruction=2 takes the task's second wording.")
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
      names = "--prompt-model",
      paramLabel = "PROVIDER:NAME",
      description =
          "Prompt this remote model (openai:NAME or ollama:NAME) instead; it answers freely.")
  private Optional<String> promptModel = Optional.empty();

  @CommandLine.Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "balanced",
      description =
          "The policy that has to allow a remote model to see the examples. Default:"
              + " ${DEFAULT-VALUE}.")
  private String policy = "";

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
    Inputs inputs = new Inputs(workshop);
    Task read = inputs.task(task, seed);
    Optional<RemoteModelSpec> remote = promptModel.map(named -> remote(named, spec, inputs));
    AnswerMode how = mode(read, remote.isPresent());
    boolean kept = out.isPresent();
    Path folder = kept ? out.get() : Files.createTempDirectory("tuneworthy-evaluate");
    try {
      show(read, run(read, opener(spec, remote), on, how, folder), folder, kept);
    } finally {
      if (!kept) {
        Folders.delete(folder);
      }
    }
    return ExitCodes.GO;
  }

  /** The remote model to prompt, if it may see the examples. */
  private RemoteModelSpec remote(String named, CandidateSpec spec, Inputs inputs) {
    if (spec instanceof CandidateSpec.Lora) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--prompt-model",
          "a prompt: --candidate zero-shot or few-shot",
          "'" + candidate + "', which runs on the local model",
          "Leave --prompt-model out.");
    }
    RemoteModelSpec remote = Inputs.remote(named);
    RemoteConsent.check(inputs.policy(policy), remote);
    return remote;
  }

  private AnswerMode mode(Task read, boolean remote) {
    boolean likelihoods = read.closed() && !remote;
    AnswerMode how =
        mode.map(m -> word("--mode", m, AnswerMode.values(), AnswerMode::label))
            .orElse(likelihoods ? AnswerMode.CHOOSE : AnswerMode.GENERATE);
    if (how == AnswerMode.CHOOSE && !likelihoods) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--mode",
          remote
              ? "generate for a remote model, which gives no likelihoods"
              : "generate for a task without choices",
          "choose",
          "Leave --mode out" + (remote ? "." : ", or give the task its choices."));
    }
    return how;
  }

  private Trial run(Task read, Opener opener, Split on, AnswerMode how, Path folder) {
    return Interruption.guard(
        console,
        "the same command with the same --out.",
        progress -> {
          try (Opened opened = opener.open(read, progress);
              ResultCache cache =
                  ResultCache.open(folder.resolve("cache"), w -> console.err().println(w))) {
            if (on == Split.TEST) {
              lookAtTest(read, opened.candidate(), how);
            }
            QuestionRunner questions = new QuestionRunner(cache, console.nanoClock());
            return new TrialRunner(questions, Scorers.forTask(read))
                .run(opened.candidate(), read, on, how, Decoding.greedy(ANSWER_TOKENS), progress);
          }
        });
  }

  /** Test shows what a finalist is worth once; whoever looks again has to know it. */
  private void lookAtTest(Task read, Candidate candidate, AnswerMode how) {
    String by =
        "evaluate %s, %s, %s"
            .formatted(candidate.id(), how.label(), candidate.fingerprint().substring(0, 16));
    workshop.testLedger().look(read, by).warning().ifPresent(w -> console.err().println(w));
  }

  /** How to get at the candidate; what it runs on is opened then. */
  private Opener opener(CandidateSpec spec, Optional<RemoteModelSpec> remote) {
    return (read, progress) -> {
      if (remote.isPresent() && spec instanceof CandidateSpec.Prompt prompt) {
        Answerer answerer = workshop.remoteModel(remote.get());
        return new Opened(prompt(prompt, read, answerer.model(), () -> answerer), answerer::close);
      }
      LocalModel local = workshop.localModel(model.name(), progress);
      return new Opened(
          spec instanceof CandidateSpec.Lora lora
              ? local.candidate(read, lora.adapter())
              : prompt((CandidateSpec.Prompt) spec, read, local.ref(), local::base),
          local::close);
    };
  }

  private Candidate prompt(
      CandidateSpec.Prompt spec, Task read, ModelRef ref, Supplier<Answerer> answerer) {
    if (spec.instruction() > read.instructions().size()) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--candidate " + candidate,
          "one of the " + read.instructions().size() + " instructions of task " + read.name(),
          "instruction=" + spec.instruction(),
          "Correct the number, or add a wording under 'instructions' in the task.");
    }
    Task worded = read.worded(spec.instruction());
    return spec.shots()
        .map(plan -> PromptCandidate.fewShot(worded, plan, ref, answerer))
        .orElseGet(() -> PromptCandidate.zeroShot(worded, ref, answerer))
        .calibrated(spec.calibration());
  }

  @FunctionalInterface
  private interface Opener {
    Opened open(Task read, Progress progress);
  }

  /** A candidate and what to close after it. */
  private record Opened(Candidate candidate, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  private void show(Task read, Trial trial, Path folder, boolean kept) {
    TextTable table =
        new TextTable(
            "candidate",
            "split",
            "mode",
            "n",
            "failed",
            "metric",
            "quality",
            "95 %",
            "cached",
            "fresh",
            "output");
    Quality quality = quality(read, trial);
    table.row(
        trial.candidateId(),
        trial.split().label(),
        trial.mode().label(),
        String.valueOf(trial.n()),
        String.valueOf(trial.failed()),
        quality.metric(),
        quality.value().map(v -> "%.1f %%".formatted(100 * v)).orElse("-"),
        interval(read, trial),
        mean(trial, trial.tokens().cached()),
        mean(trial, trial.tokens().fresh()),
        mean(trial, trial.tokens().output()));
    console.result(table.toString());
    whyFailed(trial).ifPresent(console::result);
    if (kept) {
      JsonlOutcomes.write(folder.resolve("outcomes.jsonl"), List.of(trial));
      console.result("The outcomes are in " + folder.resolve("outcomes.jsonl"));
    }
  }

  /** Tokens a request. */
  private static String mean(Trial trial, long tokens) {
    return "%.0f".formatted((double) tokens / trial.n());
  }

  /** The reason that most failures have. */
  private static Optional<String> whyFailed(Trial trial) {
    Map<String, Integer> reasons = new TreeMap<>();
    for (ItemResult result : trial.results()) {
      if (result.outcome() instanceof Outcome.Failed failed) {
        reasons.merge(failed.reason(), 1, Integer::sum);
      }
    }
    return reasons.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(most -> "%d of %d failed: %s".formatted(most.getValue(), trial.n(), most.getKey()));
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

  private static <T> T word(String option, String text, T[] values, Function<T, String> label) {
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
