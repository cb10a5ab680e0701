package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.evaluation.TrialRunner;
import dev.tuneworthy.retention.NeutralText;
import dev.tuneworthy.retention.RetentionSample;
import dev.tuneworthy.retention.Tally;
import dev.tuneworthy.scoring.Quality;
import dev.tuneworthy.scoring.Scorers;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.task.ContentHash;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.Mitigation;
import dev.tuneworthy.tuning.Mitigation.KlInputs;
import dev.tuneworthy.tuning.RetentionProbe;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Every means against forgetting on the same tasks with the same seeds, whatever it costs: task
 * quality, what is lost in each mode, bits a byte of neutral prose, and training time. Shows which
 * defaults are worth having; decides nothing. What is finished is on disk, so an interrupted bench
 * goes on. Every means has its first seed before one has its second, so that a bench which ends
 * early has compared them all.
 */
public final class RetentionBench {
  /** Tokens of a free answer to the task. */
  private static final int ANSWER_TOKENS = 64;

  private static final double[] DIALS = {0.75, 0.5, 0.25};
  private static final long SAMPLE_SEED = 5;

  private final Bench bench;
  private final BaselineComparison comparison;
  private final LongSupplier nanoClock;

  /**
   * @param comparison on the cache of base answers that all runs share
   * @param nanoClock as {@link System#nanoTime}
   */
  public RetentionBench(Bench bench, BaselineComparison comparison, LongSupplier nanoClock) {
    this.bench = bench;
    this.comparison = comparison;
    this.nanoClock = nanoClock;
  }

  /**
   * What is run.
   *
   * @param prose for bits a byte, if there is any
   * @param seeds how many, from 1
   * @param only means to run, by the start of their name; all if empty
   * @param itemsPerCapability dev items of each capability and mode
   * @param finished whether only rows that are finished are wanted, and nothing is run
   */
  public record Settings(
      List<Task> tasks,
      List<BaselineSuite> suites,
      Optional<String> prose,
      int seeds,
      List<String> only,
      int itemsPerCapability,
      boolean finished) {
    public Settings {
      tasks = List.copyOf(tasks);
      suites = List.copyOf(suites);
      only = List.copyOf(only);
      if (seeds < 1 || itemsPerCapability < 1) {
        throw new IllegalArgumentException(
            "at least one seed and item, not " + seeds + " and " + itemsPerCapability);
      }
    }
  }

  /**
   * One adapter.
   *
   * @param quality on the task's test split, 0 to 1
   * @param bitsPerByte empty without prose
   * @param trainingSeconds of steps; 0 for a dial, which trains nothing
   */
  public record Row(
      String task,
      String means,
      long seed,
      double quality,
      Tally choose,
      Tally generate,
      Optional<Double> bitsPerByte,
      double trainingSeconds) {}

  /**
   * Runs everything that is asked for.
   *
   * @param folder for trainings, answers and finished rows
   * @return task after task, the seeds of each in their order
   */
  public List<Row> run(Settings settings, Path folder, Progress progress) {
    Map<String, List<Row>> byTask = new LinkedHashMap<>();
    settings.tasks().forEach(task -> byTask.put(task.sha256(), new ArrayList<>()));
    RetentionRows kept = new RetentionRows(folder);
    try (ResultCache cache = ResultCache.open(folder.resolve("cache"), warning -> {})) {
      for (long seed = 1; seed <= settings.seeds(); seed++) {
        for (Task task : settings.tasks()) {
          OneSeed one = new OneSeed(settings, task, seed, cache, kept, folder, progress);
          one.addTo(byTask.get(task.sha256()));
        }
      }
    }
    return byTask.values().stream().flatMap(List::stream).toList();
  }

  /** The trainings of the table, plain first. */
  Map<String, TuningPlan> plans(TuningPlan plain) {
    Map<String, TuningPlan> plans = new LinkedHashMap<>();
    plans.put("plain", plain);
    plans.put("early stop", plain.with(Mitigation.stoppedEarly()));
    plans.put("low rate", plain.atRate(2e-4));
    plans.put("low rank", plain.ofRank(2));
    if (bench.layers() > 1) {
      plans.put("upper half", plain.fromLayer(bench.layers() / 2));
    }
    plans.put("KL task 1.0", plain.with(Mitigation.heldToBase(1, KlInputs.TASK)));
    if (bench.knowsGeneralPrompts()) {
      for (int percent : new int[] {1, 5, 10, 25}) {
        plans.put("replay " + percent + " %", plain.with(Mitigation.replaying(percent / 100.0)));
      }
      for (double weight : new double[] {0.1, 1, 4}) {
        plans.put(
            String.format(Locale.ROOT, "KL %s", weight),
            plain.with(Mitigation.heldToBase(weight, KlInputs.GENERAL)));
      }
      for (double strength : new double[] {1, 100, 10_000}) {
        plans.put("EWC " + (long) strength, plain.with(Mitigation.consolidated(strength)));
      }
      plans.put(
          "replay 25 % + KL 4.0",
          plain.with(Mitigation.replaying(0.25)).with(Mitigation.heldToBase(4, KlInputs.GENERAL)));
    }
    return plans;
  }

  /** One task and seed. */
  private final class OneSeed {
    private final Settings settings;
    private final Task task;
    private final long seed;
    private final ResultCache cache;
    private final RetentionRows kept;
    private final Path folder;
    private final Progress progress;

    OneSeed(
        Settings settings,
        Task task,
        long seed,
        ResultCache cache,
        RetentionRows kept,
        Path folder,
        Progress progress) {
      this.settings = settings;
      this.task = task;
      this.seed = seed;
      this.cache = cache;
      this.kept = kept;
      this.folder = folder;
      this.progress = progress;
    }

    void addTo(List<Row> rows) {
      TuningPlan plain = TuningPlan.standard(task.split(Split.TRAIN).size(), seed, false);
      for (Map.Entry<String, TuningPlan> each : plans(plain).entrySet()) {
        String means = each.getKey();
        TuningPlan plan = each.getValue();
        if (wanted(means)) {
          row(means, plan, 1).ifPresent(rows::add);
        }
        for (double dial : means.equals("plain") && wanted("dial") ? DIALS : new double[0]) {
          row("dial " + dial, plan, dial).ifPresent(rows::add);
        }
      }
    }

    /**
     * A row that is finished, or else one that is made now, if that is wanted. Empty, too, where a
     * training left no adapter: an early stop of which no checkpoint holds.
     */
    private Optional<Row> row(String means, TuningPlan plan, double dial) {
      String key = key(plan, dial);
      Optional<Row> known = kept.find(key);
      if (known.isPresent() || settings.finished()) {
        return known;
      }
      TrainingResult result = trained(dial == 1 ? means : "plain", plan);
      if (!result.usable()) {
        String why = result.divergence().or(result::nothingHeld).orElse("");
        progress.report(new Progress.Step("bench", means + " " + seed + ": " + why, 1, 1, 0));
        return Optional.empty();
      }
      Row row =
          dial == 1
              ? row(means, result.adapter(), result.seconds())
              : row(means, result.adapter().dialled(dial), 0);
      kept.add(key, row);
      return Optional.of(row);
    }

    private String key(TuningPlan plan, double dial) {
      ContentHash hash =
          new ContentHash()
              .add("retention bench 1")
              .add(bench.ref().key())
              .add(bench.ref().precision())
              .add(bench.facts().toString())
              .add(task.sha256())
              .add(plan.toString())
              .add(Double.toString(dial))
              .add(Integer.toString(settings.itemsPerCapability()));
      settings.suites().forEach(suite -> hash.add(suite.sha256()));
      return hash.hex();
    }

    private boolean wanted(String means) {
      return settings.only().isEmpty()
          || settings.only().stream().anyMatch(start -> means.startsWith(start));
    }

    private TrainingResult trained(String means, TuningPlan plan) {
      Path own =
          folder
              .resolve(task.name() + "-" + task.sha256().substring(0, 8))
              .resolve(means.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-"))
              .resolve("seed-" + seed);
      DevCheck dev = adapter -> quality(plan.id(), adapter, Split.DEV);
      DevCheck check = plan.mitigation().earlyStop() ? dev.probing(probe(plan.id())) : dev;
      return bench.train(task, plan, own, check, progress);
    }

    /** For early stop: the same rule as on the ladder, with the usual margin of three points. */
    private RetentionProbe probe(String id) {
      RetentionSample sample = RetentionSample.of(settings.suites(), 4, SAMPLE_SEED);
      return (adapter, checkpoints) -> {
        List<Tally> seen = tallies(id, adapter, sample);
        Tally all = seen.get(0).plus(seen.get(1));
        boolean holds = seen.stream().allMatch(tally -> tally.drop() < 0.03);
        return new RetentionProbe.Reading(all.n(), all.lost(), all.gained(), 0, holds, false);
      };
    }

    private Row row(String means, PeftAdapter adapter, double seconds) {
      String id = means + " " + seed;
      RetentionSample sample =
          RetentionSample.of(settings.suites(), settings.itemsPerCapability(), SAMPLE_SEED);
      List<Tally> seen = tallies(id, adapter, sample);
      Optional<Double> bits =
          settings
              .prose()
              .flatMap(
                  prose ->
                      asking(
                          id,
                          adapter,
                          pair -> NeutralText.of(prose).bitsPerByte(pair.tuned(), progress)));
      return new Row(
          task.name(),
          means,
          seed,
          quality(id, adapter, Split.TEST),
          seen.get(0),
          seen.get(1),
          bits,
          seconds);
    }

    private List<Tally> tallies(String id, PeftAdapter adapter, RetentionSample sample) {
      return asking(
          id,
          adapter,
          pair ->
              List.of(
                  sample.compareWhereItCan(AnswerMode.CHOOSE, pair.base(), pair.tuned(), progress),
                  sample.compareWhereItCan(
                      AnswerMode.GENERATE, pair.base(), pair.tuned(), progress)));
    }

    private <T> T asking(
        String id, PeftAdapter adapter, Function<BaselineComparison.Pair, T> work) {
      return comparison.asking(
          bench, id, adapter, new QuestionRunner(cache, nanoClock), ofBase -> {}, work);
    }

    private double quality(String id, PeftAdapter adapter, Split split) {
      Candidate candidate = bench.candidate(id, adapter, task);
      AnswerMode mode = task.closed() ? AnswerMode.CHOOSE : AnswerMode.GENERATE;
      Trial trial =
          new TrialRunner(new QuestionRunner(cache, nanoClock), Scorers.forTask(task))
              .run(candidate, task, split, mode, Decoding.greedy(ANSWER_TOKENS), progress);
      List<Example> examples = task.split(split);
      List<Quality.Judged> judged = new ArrayList<>();
      for (int i = 0; i < trial.n(); i++) {
        ItemResult result = trial.results().get(i);
        judged.add(new Quality.Judged(examples.get(i), result.answer(), result.outcome()));
      }
      return Quality.of(task, judged).value().orElse(0.0);
    }
  }
}
