package dev.tuneworthy.decision;

import dev.tuneworthy.decision.TrialLog.Entry;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.stats.Wilson;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether tuning can pay at all once prompts have been tried on <i>dev</i>. */
final class TuningWorth {
  private static final double CONFIDENCE = 0.95;

  private final Climb climb;
  private final Task task;
  private final List<Example> dev;

  TuningWorth(Climb climb) {
    this.climb = climb;
    this.task = climb.task();
    this.dev = task.split(Split.DEV);
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
}
