package dev.tuneworthy.decision;

import dev.tuneworthy.decision.OutcomeGrid.Column;
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
import dev.tuneworthy.prompting.Calibration;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import dev.tuneworthy.scoring.Scorers;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Records {@link OutcomeGrid}s: zero-shot and few-shot prompts, each in every calibration, and one
 * adapter for each seed, all on every item of dev and test. Decides nothing and shows no one the
 * test's answers; what is finished is on disk, so an interrupted recording goes on.
 */
public final class GridRecorder {
  private static final List<Integer> SHOTS = List.of(4, 8);
  private static final List<Calibration> CALIBRATIONS =
      List.of(Calibration.CONTEXTUAL, Calibration.BATCH);

  private final Bench bench;
  private final LongSupplier nanoClock;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  public GridRecorder(Bench bench, LongSupplier nanoClock) {
    this.bench = bench;
    this.nanoClock = nanoClock;
  }

  /**
   * How much is recorded.
   *
   * @param sets demonstration sets for each number and selection, from 1
   * @param seeds adapters, from 1
   */
  public record Settings(int sets, int seeds) {
    public Settings {
      if (sets < 1 || seeds < 1) {
        throw new IllegalArgumentException(
            "at least one set and one seed, not " + sets + " and " + seeds);
      }
    }
  }

  /**
   * Records one task.
   *
   * @param folder for trainings and answers
   * @throws ServiceException {@code BAD_TASK} if its quality is no share of right answers
   */
  public OutcomeGrid record(Task task, Settings settings, Path folder, Progress progress) {
    if (task.metric() == Metric.F1_MACRO) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          "task " + task.name(),
          "a metric that is a share of right answers",
          task.metric().label(),
          "Record it under metric: accuracy.");
    }
    Path own = folder.resolve(task.name() + "-" + task.sha256().substring(0, 8));
    try (ResultCache cache = ResultCache.open(own.resolve("cache"), warning -> {})) {
      QuestionRunner questions = new QuestionRunner(cache, nanoClock);
      return new OneTask(task, new TrialRunner(questions, Scorers.forTask(task)), own, progress)
          .grid(settings);
    }
  }

  private final class OneTask {
    private final Task task;
    private final TrialRunner trials;
    private final Path folder;
    private final Progress progress;
    private final AnswerMode mode;
    private final Decoding decoding;
    private final List<Column> columns = new ArrayList<>();

    OneTask(Task task, TrialRunner trials, Path folder, Progress progress) {
      this.task = task;
      this.trials = trials;
      this.folder = folder;
      this.progress = progress;
      this.mode = task.closed() ? AnswerMode.CHOOSE : AnswerMode.GENERATE;
      this.decoding = Decoding.greedy(DecisionLadder.answerTokens(task, bench));
    }

    OutcomeGrid grid(Settings settings) {
      prompt(PromptCandidate.zeroShot(task, bench.ref(), bench::base));
      List<Selection> selections =
          task.closed() ? List.of(Selection.BALANCED, Selection.RANDOM) : List.of(Selection.RANDOM);
      for (int k : SHOTS) {
        for (Selection selection : selections) {
          for (int set = 0; set < settings.sets() && k <= task.split(Split.TRAIN).size(); set++) {
            ShotPlan plan = new ShotPlan(k, selection, set);
            prompt(PromptCandidate.fewShot(task, plan, bench.ref(), bench::base));
          }
        }
      }
      for (long seed = 1; seed <= settings.seeds(); seed++) {
        adapter(TuningPlan.standard(task.split(Split.TRAIN).size(), seed, true));
      }
      return new OutcomeGrid(
          task.name(),
          task.sha256(),
          bench.ref().id(),
          TestScores.clusters(task.split(Split.DEV)),
          TestScores.clusters(task.split(Split.TEST)),
          columns);
    }

    private void prompt(PromptCandidate plain) {
      columns.add(column(plain, plain.id(), 0));
      if (mode == AnswerMode.CHOOSE) {
        CALIBRATIONS.forEach(how -> columns.add(column(plain.calibrated(how), plain.id(), 0)));
      }
    }

    /** A training that came to nothing leaves no column. */
    private void adapter(TuningPlan plan) {
      DevCheck check = adapter -> share(run(bench.candidate(plan.id(), adapter, task), Split.DEV));
      TrainingResult result =
          bench.train(task, plan, folder.resolve("seed-" + plan.seed()), check, progress);
      if (result.usable()) {
        Candidate tuned = bench.candidate(plan.id(), result.adapter(), task);
        columns.add(column(tuned, plan.id(), result.trainedTokens()));
      }
    }

    private Column column(Candidate candidate, String requests, long trained) {
      Trial dev = run(candidate, Split.DEV);
      Trial test = run(candidate, Split.TEST);
      long tokens = dev.tokens().total() + test.tokens().total();
      return new Column(
          candidate.id(),
          candidate.approach(),
          requests,
          (double) tokens / (dev.n() + test.n()),
          trained,
          TestScores.marks(dev),
          TestScores.marks(test));
    }

    private Trial run(Candidate candidate, Split split) {
      return trials.run(candidate, task, split, mode, decoding, progress);
    }
  }

  private static double share(Trial trial) {
    return (double) trial.results().stream().filter(ItemResult::correct).count() / trial.n();
  }
}
