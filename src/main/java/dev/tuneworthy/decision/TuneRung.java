package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.TrialLog.Entry;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.stats.Wilson;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The tune rung: one adapter for each seed, trained on <i>train</i>, the best on <i>dev</i> kept.
 */
final class TuneRung {
  private static final double CONFIDENCE = 0.95;

  private final Climb climb;
  private final Task task;
  private final List<Example> dev;
  private final RetentionSteering steering;
  private final List<Map<String, Object>> told = new ArrayList<>();
  private final List<String> seedsMet = new ArrayList<>();

  /** A trained adapter, how it was trained, and its quality on dev. */
  record Tuned(Candidate candidate, PeftAdapter adapter, TuningPlan plan, double quality) {}

  TuneRung(Climb climb, RetentionSteering steering) {
    this.climb = climb;
    this.steering = steering;
    this.task = climb.task();
    this.dev = task.split(Split.DEV);
  }

  int seeds() {
    return climb.request().quick() ? 1 : 2;
  }

  /**
   * Why tuning cannot pay, if it cannot: where prompts run on the same hardware, so that tuning
   * only adds cost, and the best prompt is so good that even a perfect tuned model would not gain
   * what the policy calls worthwhile. By the one-sided 95 % lower bound on dev, divided over the
   * prompts that were tried, for the best of many looks better than it is. {@link StillOpen} asks
   * again, exactly, when the prompts have met the test.
   */
  Optional<String> cannotPay(PromptSearch.Found prompts) {
    Policy policy = climb.request().policy();
    boolean only = policy.goal() == Policy.Goal.CHEAPEST && !climb.prompt().ref().remote();
    if (!only || task.metric() == Metric.F1_MACRO) {
      return Optional.empty();
    }
    int test = task.split(Split.TEST).size();
    int tried = prompts.tried();
    return climb.trials().all().stream()
        .map(Entry::trial)
        .filter(trial -> trial.split() == Split.DEV && trial.n() == dev.size())
        .filter(trial -> leavesNoRoom(lower(scores(trial), tried), policy, test))
        .findFirst()
        .map(
            trial ->
                String.format(
                    Locale.ROOT,
                    "Even a perfect tuned model could gain at most %.1f points over %s (lower bound"
                        + " on dev), and less than %.1f are not worthwhile under this policy.",
                    100 * (1 - lower(scores(trial), tried)),
                    trial.candidateId(),
                    100 * policy.quality().worthwhile(test)));
  }

  /** Whether a prompt of at least this quality passes and cannot be beaten by what matters. */
  static boolean leavesNoRoom(double lower, Policy policy, int testExamples) {
    Policy.Quality quality = policy.quality();
    return lower > 1 - quality.worthwhile(testExamples) && lower >= quality.minimum();
  }

  /**
   * The bound on dev of the best of some prompts.
   *
   * @param tried few-shot prompts that were tried
   */
  static double lower(TestScores onDev, int tried) {
    return Wilson.lower(
        Collections.frequency(onDev.marks(), TestScores.Mark.RIGHT),
        onDev.n(),
        1 - (1 - CONFIDENCE) / (1 + tried),
        CountedEvidence.effect(onDev));
  }

  private TestScores scores(Trial trial) {
    return TestScores.of(task, dev, trial);
  }

  /** The candidates of all seeds whose training finished. */
  List<String> seedsMet() {
    return List.copyOf(seedsMet);
  }

  /** Trains; empty if the budget ended, or all diverged, before one adapter was finished. */
  Optional<Tuned> run() {
    List<Tuned> trained = new ArrayList<>();
    Optional<String> cut = Optional.empty();
    climb.spending().start(Rungs.TUNE);
    try {
      for (int i = 1; i <= seeds(); i++) {
        long seed = climb.request().seed() * 10 + i;
        int examples = task.split(Split.TRAIN).size();
        train(TuningPlan.standard(examples, seed, climb.request().quick()), Rungs.TUNE)
            .ifPresent(trained::add);
      }
    } catch (BudgetReached reached) {
      cut = Optional.of(reached.getMessage());
    }
    climb.findings().put("training", told);
    trained.forEach(tuned -> seedsMet.add(tuned.candidate().id()));
    Optional<Tuned> best = trained.stream().reduce((a, b) -> b.quality() > a.quality() ? b : a);
    climb.rungs().explain(Rungs.TUNE, told(trained, best, cut));
    return best;
  }

  /**
   * Trains one adapter, or takes up its training; empty if nothing usable came of it.
   *
   * @param rung that it is trained for, whose time it takes
   */
  Optional<Tuned> train(TuningPlan plan, String rung) {
    String id = plan.id();
    DevCheck quality =
        adapter -> {
          Candidate candidate = climb.bench().candidate(id, adapter, task);
          return climb.trials().quality(climb.trial(candidate, Split.DEV, dev), dev);
        };
    DevCheck check =
        steering.probe(id, plan.mitigation().earlyStop()).map(quality::probing).orElse(quality);
    TrainingResult result = climb.journal().time(rung + "/" + id, () -> trained(plan, rung, check));
    climb.spending().addLocal(result.trainedTokens());
    result.divergence().ifPresent(what -> climb.warn(rung + ", " + id + ": " + what));
    result
        .stopped()
        .ifPresent(
            why -> climb.warn("%s: the training %s was stopped: %s.".formatted(rung, id, why)));
    told.add(describe(plan, result));
    climb.findings().put("training", told);
    return result.usable() ? Optional.of(judged(id, result.adapter(), plan)) : Optional.empty();
  }

  /** An adapter with its quality on dev. */
  Tuned judged(String id, PeftAdapter adapter, TuningPlan plan) {
    Candidate candidate = climb.bench().candidate(id, adapter, task);
    double quality = climb.trials().quality(climb.trial(candidate, Split.DEV, dev), dev);
    return new Tuned(candidate, adapter, plan, quality);
  }

  private TrainingResult trained(TuningPlan plan, String rung, DevCheck check) {
    String name =
        rung.equals(Rungs.TUNE) ? "seed-" + plan.seed() : plan.id().replaceAll("[^a-z0-9.]+", "-");
    Path folder = climb.folder().path("training").resolve(name);
    long[] tokens = new long[1];
    Progress progress =
        step -> {
          tokens[0] = step.tokens();
          climb.trainingProgress().report(step);
        };
    try {
      return climb.bench().train(task, plan, folder, check, progress);
    } catch (BudgetReached reached) {
      climb.spending().addLocal(tokens[0]); // spent, though nothing came of it
      throw reached;
    }
  }

  private static Map<String, Object> describe(TuningPlan plan, TrainingResult result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("seed", plan.seed());
    line.put("rank", plan.rank());
    line.put("alpha", plan.alpha());
    line.put("learningRate", plan.learningRate());
    line.put("epochs", plan.epochs());
    line.put("batch", plan.batch());
    line.put("warmUpShare", plan.warmUpShare());
    line.put("clipNorm", plan.clipNorm());
    line.put("patience", plan.patience());
    if (plan.firstLayer() > 0) {
      line.put("firstLayer", plan.firstLayer());
    }
    line.put("candidate", plan.id());
    line.put("bestEpoch", result.bestEpoch());
    line.put("diverged", result.diverged());
    line.put("trainedTokens", result.trainedTokens());
    line.put("adapter", result.adapter().sha256());
    List<Map<String, Object>> curve = new ArrayList<>();
    for (TrainingResult.EpochPoint point : result.curve()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("epoch", point.epoch());
      each.put("step", point.step());
      each.put("trainLoss", point.trainLoss());
      each.put("devQuality", point.devQuality());
      curve.add(each);
    }
    line.put("curve", curve);
    line.put("probes", result.probes().stream().map(TuneRung::describe).toList());
    result.stopped().ifPresent(why -> line.put("stopped", why));
    line.put("seconds", Rungs.rounded(result.seconds()));
    line.put("examplesPerSecond", Rungs.rounded(result.examplesPerSecond()));
    return line;
  }

  private static Map<String, Object> describe(TrainingResult.ProbePoint point) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", point.step());
    line.put("klToBase", point.klToBase());
    line.put("asked", point.reading().asked());
    line.put("lost", point.reading().lost());
    line.put("gained", point.reading().gained());
    line.put("logEvidence", point.reading().logEvidence());
    return line;
  }

  private String told(List<Tuned> trained, Optional<Tuned> best, Optional<String> cut) {
    String reached =
        best.map(
                tuned ->
                    String.format(
                        Locale.ROOT,
                        "%d of %d trainings finished; the best on dev is %s with %.1f %%.",
                        trained.size(),
                        seeds(),
                        tuned.candidate().id(),
                        100 * tuned.quality()))
            .orElse("No training finished.");
    return reached + cut.map(what -> " Cut short by " + what + ".").orElse("");
  }
}
