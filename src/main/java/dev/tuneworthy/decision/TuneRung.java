package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.TrialLog.Entry;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The tune rung: one adapter for each seed, trained on <i>train</i>, the best on <i>dev</i> kept.
 * Where requests are many one more is trained on an instruction without the list of choices, which
 * makes every request shorter; where there is time the best is asked with demonstrations as well.
 */
final class TuneRung {
  private static final String NO_LIST = "+no-list";
  private static final double SECONDS_A_MONTH = 365.25 / 12 * 24 * 3600;

  /** Below this share of a machine nothing is saved by shorter requests. */
  private static final double BUSY = 0.2;

  static final List<Integer> SHOTS = List.of(4, 8);
  private static final double ROUNDING = 1e-9;

  private final Climb climb;
  private final Task task;
  private final List<Example> dev;
  private final RetentionSteering steering;
  private final List<Map<String, Object>> told = new ArrayList<>();
  private final List<String> seedsMet = new ArrayList<>();
  private final TuneEffort effort;
  private Optional<TunedWithShots> shown = Optional.empty();

  /**
   * A trained adapter, how it was trained, and its quality on dev.
   *
   * @param task with the instruction that it was trained on and is asked by
   */
  record Tuned(
      Candidate candidate, PeftAdapter adapter, TuningPlan plan, Task task, double quality) {}

  TuneRung(Climb climb, RetentionSteering steering) {
    this.climb = climb;
    this.steering = steering;
    this.task = climb.task();
    this.dev = task.split(Split.DEV);
    this.effort = new TuneEffort(task);
  }

  int seeds() {
    return trainings(climb.request());
  }

  /** How many trainings a decision makes, but for that of a shorter instruction. */
  static int trainings(DecisionRequest request) {
    return request.quick() ? 1 : 2;
  }

  /** The candidates of all seeds whose training on the task's own instruction finished. */
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
        train(TuningPlan.standard(examples, seed, climb.request().quick()), task, Rungs.TUNE)
            .ifPresent(trained::add);
      }
      if (!climb.request().quick() && !trained.isEmpty()) {
        withoutList(best(trained)).ifPresent(trained::add);
        shown = withShots(best(trained));
      }
    } catch (BudgetReached reached) {
      cut = Optional.of(reached.getMessage());
    }
    climb.findings().put("training", told);
    trained.stream()
        .filter(tuned -> tuned.task().instruction().equals(task.instruction()))
        .forEach(tuned -> seedsMet.add(tuned.candidate().id()));
    climb.findings().put("tuneSearch", effort.told());
    Optional<Tuned> best = trained.isEmpty() ? Optional.empty() : Optional.of(best(trained));
    climb.rungs().explain(Rungs.TUNE, told(trained, best, cut));
    return best;
  }

  /** The best adapter asked with demonstrations too, if that does better on dev. */
  Optional<TunedWithShots> shown() {
    return shown;
  }

  /** By quality on dev; among equals the shorter prompt, then the one trained first. */
  private Tuned best(List<Tuned> trained) {
    return trained.stream()
        .reduce((a, b) -> b.quality() > a.quality() || shorterAndEqual(b, a) ? b : a)
        .orElseThrow();
  }

  private static boolean shorterAndEqual(Tuned one, Tuned other) {
    return Double.compare(one.quality(), other.quality()) == 0
        && one.task().instruction().length() < other.task().instruction().length();
  }

  /**
   * Another training like the best, on a shorter instruction, if there is one, and time for it, and
   * requests take so much of a machine that shorter ones may save some.
   */
  private Optional<Tuned> withoutList(Tuned best) {
    Optional<Task> shorter = task.withoutChoiceList();
    long tokens = effort.lastTokens();
    double seconds = climb.journal().seconds(Rungs.TUNE + "/" + best.candidate().id());
    if (shorter.isEmpty()) {
      return Optional.empty();
    }
    double busy = busy();
    if (busy < BUSY) {
      effort.dropped(
          id(best.plan(), shorter.get()),
          String.format(
              Locale.ROOT,
              "not trained: all requests keep one machine busy for %.2g %% of the time, so that"
                  + " shorter ones would save nothing",
              100 * busy));
      return Optional.empty();
    }
    if (!climb.budget().roomFor(tokens, seconds)) {
      effort.dropped(id(best.plan(), shorter.get()), "not trained: the budget has no room for it");
      return Optional.empty();
    }
    return train(best.plan(), shorter.get(), Rungs.TUNE);
  }

  /** Share of a month that one machine would take for all requests, by the zero-shot prompts. */
  private double busy() {
    double seconds = climb.journal().seconds("prompt/zero-shot") / dev.size();
    return climb.request().policy().traffic().requestsPerMonth() * seconds / SECONDS_A_MONTH;
  }

  /**
   * Few demonstrations and some more; needs no training of its own. As such a prompt is dearer, it
   * has to gain on dev what the policy asks of a dearer candidate on test.
   */
  private Optional<TunedWithShots> withShots(Tuned best) {
    Optional<TunedWithShots> better = Optional.empty();
    double enough = best.quality() + climb.request().policy().quality().margin() - ROUNDING;
    for (int k : SHOTS) {
      if (k > task.split(Split.TRAIN).size()) {
        continue;
      }
      TunedWithShots candidate = TunedWithShots.of(climb, best, k);
      if (!candidate.fits(climb)) {
        continue;
      }
      Trial trial = climb.trial(candidate, Split.DEV, dev);
      double now = climb.trials().quality(trial, dev);
      effort.asked(candidate.id(), dev.size(), trial.tokens().total());
      if (now >= enough) {
        better.ifPresent(
            other -> effort.dropped(other.id(), "more demonstrations do better on dev"));
        better = Optional.of(candidate);
        enough = now + ROUNDING;
      } else {
        effort.dropped(candidate.id(), "does not gain enough on dev");
      }
    }
    return better;
  }

  /**
   * Trains one adapter, or takes up its training; empty if nothing usable came of it.
   *
   * @param worded the task with the instruction to train on
   * @param rung that it is trained for, whose time it takes
   */
  Optional<Tuned> train(TuningPlan plan, Task worded, String rung) {
    String id = id(plan, worded);
    DevCheck quality =
        adapter -> {
          Candidate candidate = climb.bench().candidate(id, adapter, worded);
          return climb.trials().quality(climb.trial(candidate, Split.DEV, dev), dev);
        };
    DevCheck check =
        steering.probe(id, plan.mitigation().earlyStop()).map(quality::probing).orElse(quality);
    TrainingResult result =
        climb.journal().time(rung + "/" + id, () -> trained(plan, worded, rung, check));
    climb.spending().addLocal(result.trainedTokens());
    result
        .divergence()
        .or(result::nothingHeld)
        .ifPresent(what -> climb.warn(rung + ", " + id + ": " + what));
    result
        .stopped()
        .ifPresent(
            why -> climb.warn("%s: the training %s was stopped: %s.".formatted(rung, id, why)));
    told.add(TrainingLine.of(id, plan, result));
    climb.findings().put("training", told);
    Optional<Tuned> made =
        result.usable()
            ? Optional.of(judged(id, result.adapter(), plan, worded))
            : Optional.empty();
    effort.trained(id, result, made.map(this::devTokens).orElse(0L));
    return made;
  }

  /** Tokens of asking all of dev once. */
  private long devTokens(Tuned asked) {
    return climb.trials().all().stream()
        .map(Entry::trial)
        .filter(trial -> trial.split() == Split.DEV)
        .filter(trial -> trial.candidateId().equals(asked.candidate().id()))
        .mapToLong(trial -> trial.tokens().total())
        .sum();
  }

  /** As {@code lora(r=8,seed=1)}, with {@code +no-list} where it is asked without the choices. */
  private String id(TuningPlan plan, Task worded) {
    return plan.id() + (worded.instruction().equals(task.instruction()) ? "" : NO_LIST);
  }

  /** An adapter with its quality on dev. */
  Tuned judged(String id, PeftAdapter adapter, TuningPlan plan, Task worded) {
    Candidate candidate = climb.bench().candidate(id, adapter, worded);
    double quality = climb.trials().quality(climb.trial(candidate, Split.DEV, dev), dev);
    return new Tuned(candidate, adapter, plan, worded, quality);
  }

  private TrainingResult trained(TuningPlan plan, Task worded, String rung, DevCheck check) {
    String id = id(plan, worded);
    String name =
        rung.equals(Rungs.TUNE) && !id.endsWith(NO_LIST)
            ? "seed-" + plan.seed()
            : id.replaceAll("[^a-z0-9.]+", "-");
    Path folder = climb.folder().path("training").resolve(name);
    long[] tokens = new long[1];
    Progress progress =
        step -> {
          tokens[0] = step.tokens();
          climb.trainingProgress().report(step);
        };
    try {
      return climb.bench().train(worded, plan, folder, check, progress);
    } catch (BudgetReached reached) {
      climb.spending().addLocal(tokens[0]); // spent, though nothing came of it
      throw reached;
    }
  }

  private String told(List<Tuned> trained, Optional<Tuned> best, Optional<String> cut) {
    String reached =
        best.map(
                tuned ->
                    String.format(
                        Locale.ROOT,
                        "%d of %d trainings finished; the best on dev is %s with %.1f %%.",
                        trained.size(),
                        told.size(),
                        tuned.candidate().id(),
                        100 * tuned.quality()))
            .orElse("No training finished.");
    return reached + cut.map(what -> " Cut short by " + what + ".").orElse("");
  }
}
