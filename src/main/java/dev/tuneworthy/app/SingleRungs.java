package dev.tuneworthy.app;

import dev.tuneworthy.checkpoint.CacheFolder;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.cli.Workshop.RetentionSummary;
import dev.tuneworthy.cli.Workshop.ScaledAdapter;
import dev.tuneworthy.cli.Workshop.TuneOrder;
import dev.tuneworthy.cli.Workshop.TuningSummary;
import dev.tuneworthy.decision.BaselineComparison;
import dev.tuneworthy.decision.Bench;
import dev.tuneworthy.decision.DestructionProbe;
import dev.tuneworthy.decision.Drift;
import dev.tuneworthy.decision.PromptModel;
import dev.tuneworthy.decision.RetentionParts;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.evaluation.TrialRunner;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.DestructionWatch;
import dev.tuneworthy.retention.FlipFloor;
import dev.tuneworthy.retention.RetentionLimits;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.retention.RetentionRule;
import dev.tuneworthy.scoring.Quality;
import dev.tuneworthy.scoring.Scorers;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.RetentionProbe;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rungs of the ladder that a command climbs alone: one training, one retention check. */
final class SingleRungs {
  /** Tokens of a free answer. */
  private static final int ANSWER_TOKENS = 64;

  /** What retention is held against where no policy is given: an adapter that is always on. */
  private static final Policy.Retention ALWAYS_ON =
      new Policy.Retention(Policy.Deployment.SHARED, 1, 0.03, 0.05, Optional.empty());

  private static final RetentionLimits LIMITS =
      RetentionLimits.shared(ALWAYS_ON.pooledMargin(), ALWAYS_ON.capabilityMargin());

  private final Bench bench;
  private final Progress progress;

  SingleRungs(Bench bench, Progress progress) {
    this.bench = bench;
    this.progress = progress;
  }

  /** Trains one adapter into a folder, which also keeps what is needed to go on. */
  TuningSummary tune(Task task, TuneOrder order, Path out) {
    TuningPlan plan = plan(task, order);
    String id = plan.id();
    try (ResultCache cache = ResultCache.open(out.resolve("cache"), SingleRungs::ignored)) {
      QuestionRunner questions = new QuestionRunner(cache, System::nanoTime);
      TrialRunner trials = new TrialRunner(questions, Scorers.forTask(task));
      DevCheck quality = adapter -> quality(task, trials, bench.candidate(id, adapter, task));
      TrainingResult result =
          bench.train(
              task,
              plan,
              out.resolve("training"),
              order.watched().isEmpty()
                  ? quality
                  : quality.probing(watch(order.watched(), id, questions)),
              progress);
      if (!result.usable()) {
        throw ServiceException.of(
            ErrorCode.BAD_TASK,
            "task " + task.name() + ", seed " + order.seed(),
            "a training that finishes an epoch and leaves the model whole",
            result.stopped().or(result::divergence).or(result::nothingHeld).orElseThrow(),
            "Try a lower --learning-rate or another seed, and look for strange examples in train.");
      }
      result.adapter().write(out);
      int steps = result.curve().stream().mapToInt(point -> point.step()).max().orElse(0);
      double best = quality(task, trials, bench.candidate(id, result.adapter(), task));
      return new TuningSummary(
          id,
          out,
          task.metric().label(),
          best,
          steps,
          result.trainedTokens(),
          result.divergence(),
          result.stopped());
    }
  }

  private static TuningPlan plan(Task task, TuneOrder order) {
    TuningPlan plan =
        TuningPlan.standard(task.split(Split.TRAIN).size(), order.seed(), order.quick())
            .with(order.mitigation());
    TuningPlan ranked = order.rank().isPresent() ? plan.ofRank(order.rank().getAsInt()) : plan;
    return order.learningRate().isPresent()
        ? ranked.atRate(order.learningRate().getAsDouble())
        : ranked;
  }

  /** Looks at each checkpoint whether the model is being destroyed. */
  private RetentionProbe watch(List<BaselineSuite> suites, String id, QuestionRunner ofTuned) {
    DestructionWatch watch = new DestructionWatch(DestructionProbe.sample(suites));
    return (adapter, checkpoints) ->
        Ladders.comparison()
            .asking(
                bench,
                id,
                adapter,
                ofTuned,
                ofBase -> {},
                pair ->
                    DestructionProbe.reading(
                        watch.look(pair.base(), pair.tuned(), checkpoints, progress), true));
  }

  RetentionSummary retention(
      ScaledAdapter adapter, List<BaselineSuite> suites, Optional<String> prose, boolean floor) {
    PeftAdapter trained = PeftAdapter.read(adapter.folder());
    PeftAdapter tuned = trained.dialled(adapter.scale());
    String name = name(tuned, adapter.scale());
    try (ResultCache cache = retentionCache()) {
      QuestionRunner ofTuned = new QuestionRunner(cache, System::nanoTime);
      RetentionMeasurement measured = measured(name, tuned, suites, LIMITS, ofTuned);
      Drift drift = Drift.of(bench, Ladders.comparison(), name, tuned, prose, ofTuned, progress);
      return new RetentionSummary(
          RetentionParts.of(name, measured, ALWAYS_ON),
          notes(measured),
          drift.bitsBefore(),
          drift.bitsAfter(),
          drift.klToBase(),
          floor ? Optional.of(floor(trained, suites, ofTuned)) : Optional.empty());
    }
  }

  /** The test items again, under so little of the adapter that nothing should change. */
  private FlipFloor floor(PeftAdapter trained, List<BaselineSuite> suites, QuestionRunner asked) {
    PeftAdapter little = trained.dialled(FlipFloor.SCALE);
    return FlipFloor.of(
        FlipFloor.SCALE,
        measured(name(little, FlipFloor.SCALE), little, suites, FlipFloor.LIMITS, asked));
  }

  private RetentionMeasurement measured(
      String name,
      PeftAdapter adapter,
      List<BaselineSuite> suites,
      RetentionLimits limits,
      QuestionRunner ofTuned) {
    return Ladders.comparison()
        .measure(
            new BaselineComparison.Subjects(bench, name, adapter, suites, limits),
            ofTuned,
            ofBase -> {},
            progress);
  }

  private static String name(PeftAdapter adapter, double scale) {
    return "lora(r=" + adapter.rank() + ")" + (scale == 1 ? "" : "+dial(" + scale + ")");
  }

  private static List<String> notes(RetentionMeasurement measured) {
    return RetentionRule.judge(measured, LIMITS).modes().stream()
        .flatMap(mode -> mode.notes().stream().map(note -> mode.mode().label() + ": " + note))
        .toList();
  }

  /** Another checkpoint against the base model. */
  RetentionSummary retentionOf(Bench other, List<BaselineSuite> suites) {
    try (ResultCache cache = retentionCache()) {
      RetentionMeasurement measured =
          Ladders.comparison()
              .measure(
                  bench,
                  other,
                  other.ref().id(),
                  suites,
                  LIMITS,
                  new QuestionRunner(cache, System::nanoTime),
                  progress);
      return RetentionSummary.ofAnswers(
          RetentionParts.of(other.ref().id(), measured, ALWAYS_ON), notes(measured));
    }
  }

  /** Two remote models, which give no likelihoods. */
  static RetentionSummary retentionOfRemote(
      PromptModel base, PromptModel tuned, List<BaselineSuite> suites, Progress progress) {
    try (ResultCache cache = retentionCache()) {
      RetentionMeasurement measured =
          BaselineComparison.measure(
              base, tuned, suites, LIMITS, new QuestionRunner(cache, System::nanoTime), progress);
      return RetentionSummary.ofAnswers(
          RetentionParts.of(tuned.ref().id(), measured, ALWAYS_ON), notes(measured));
    }
  }

  private static ResultCache retentionCache() {
    return ResultCache.open(
        CacheFolder.fromEnvironment().resolve("retention"), SingleRungs::ignored);
  }

  private double quality(Task task, TrialRunner trials, Candidate candidate) {
    AnswerMode mode = task.closed() ? AnswerMode.CHOOSE : AnswerMode.GENERATE;
    Trial trial =
        trials.run(candidate, task, Split.DEV, mode, Decoding.greedy(ANSWER_TOKENS), progress);
    List<Example> dev = task.split(Split.DEV);
    List<Quality.Judged> judged = new ArrayList<>();
    for (int i = 0; i < trial.n(); i++) {
      ItemResult result = trial.results().get(i);
      judged.add(new Quality.Judged(dev.get(i), result.answer(), result.outcome()));
    }
    return Quality.of(task, judged).value().orElse(0.0);
  }

  /** A damaged entry of the cache is computed anew, which nobody needs to know. */
  private static void ignored(String warning) {}
}
