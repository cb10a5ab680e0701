package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.LatencyProbe;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.SuiteItem;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Turn;
import dev.tuneworthy.tuning.TuningPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each rung will take, before it is climbed: tokens by counting, time by what a few requests
 * take here. Rough, within a factor of two or so; the hard budget does not rest on it, only what is
 * held back for the confirmation.
 */
final class Forecast {
  /** Requests before the clock is calibrated: the first ones take longer. */
  private static final int WARM_UP = 8;

  /** Requests that calibrate the clock; they are kept, so nothing is asked twice. */
  private static final int CALIBRATION = 24;

  /** Backward pass and update beside the forward pass. */
  private static final double TRAINING_FACTOR = 1.5;

  /** A free answer of a baseline item, generated side by side with others, beside a choice. */
  private static final double GENERATION_FACTOR = 1.5;

  private static final double TOKENS_OF_A_BASELINE_ITEM = 60;
  private static final int SAMPLE = 8;

  /** More requests than examples: latency is measured on its own. */
  private static final int TIMING_REQUESTS = LatencyProbe.REQUESTS + 35;

  private final Climb climb;
  private final Candidate zeroShot;

  Forecast(Climb climb, Candidate zeroShot) {
    this.climb = climb;
    this.zeroShot = zeroShot;
  }

  /** What one rung is expected to take. */
  record Share(double tokens, double seconds) {
    Share plus(Share other) {
      return new Share(tokens + other.tokens, seconds + other.seconds);
    }
  }

  /** Forecasts every rung, warns where the budget is too small, holds back the confirmation. */
  void run(List<Integer> shots, int screened, int trainings) {
    double seconds = calibrated();
    double bare = meanTokens();
    double most = bare + shots.stream().mapToInt(k -> k).max().orElse(0) * shotTokens();
    double middle = bare + shots.stream().mapToInt(k -> k).average().orElse(0) * shotTokens();
    int dev = climb.task().split(Split.DEV).size();
    int test = climb.task().split(Split.TEST).size();

    Map<String, Share> shares = new LinkedHashMap<>();
    shares.put(Rungs.PROMPT, requests(dev * (1 + 0.75 * screened), middle, seconds));
    shares.put(Rungs.TUNE, times(training(bare, seconds, dev), trainings));
    shares.put(Rungs.RETENTION, retention(seconds));
    double asked = test + TIMING_REQUESTS;
    shares.put(
        Rungs.CONFIRM, requests(2 * asked, bare, seconds).plus(requests(asked, most, seconds)));
    Share all = shares.values().stream().reduce(new Share(0, 0), Share::plus);
    tell(shares, all);
    Share confirm = shares.get(Rungs.CONFIRM);
    climb.budget().reserve(confirm.tokens(), confirm.seconds());
  }

  /** Seconds of one zero-shot request, measured once the model is warm. */
  private double calibrated() {
    List<Example> dev = climb.task().split(Split.DEV);
    int first = Math.min(WARM_UP, dev.size() / 2);
    List<Example> some = dev.subList(first, Math.min(first + CALIBRATION, dev.size()));
    climb.trial(zeroShot, Split.DEV, dev.subList(0, first));
    climb.journal().time("forecast/calibrate", () -> climb.trial(zeroShot, Split.DEV, some));
    return climb.journal().seconds("forecast/calibrate") / some.size();
  }

  private void tell(Map<String, Share> shares, Share all) {
    Policy.Budget budget = climb.request().policy().budget();
    double minutes = all.seconds() / 60;
    double allowed = budget.time().toMillis() / 60_000.0;
    climb
        .rungs()
        .explain(
            Rungs.FORECAST,
            String.format(
                Locale.ROOT,
                "About %,.0f tokens and %.1f minutes in all; the budget is %,d tokens and %.4g"
                    + " minutes.%s",
                all.tokens(),
                minutes,
                budget.tokens(),
                allowed,
                minutes > allowed ? " That may not be enough." : ""));
    if (all.tokens() > budget.tokens()) {
      climb.warn(
          "forecast: the ladder is expected to take more than the budget of %,d tokens; it decides with what is known when that is reached."
              .formatted(budget.tokens()));
    }
    Map<String, Object> told = new LinkedHashMap<>();
    shares.forEach(
        (rung, share) ->
            told.put(
                rung,
                Map.of(
                    "tokens", Math.round(share.tokens()), "seconds", Math.round(share.seconds()))));
    climb.findings().put("forecast", told);
  }

  private Share requests(double count, double tokens, double seconds) {
    return new Share(count * tokens, count * seconds);
  }

  private Share training(double tokens, double seconds, int dev) {
    int train = climb.task().split(Split.TRAIN).size();
    TuningPlan plan = TuningPlan.standard(train, climb.request().seed(), climb.request().quick());
    Share steps = requests((double) plan.epochs() * train, tokens, TRAINING_FACTOR * seconds);
    return steps.plus(requests((double) plan.epochs() * dev, tokens, seconds));
  }

  private Share retention(double seconds) {
    long choose = 0;
    long generate = 0;
    for (BaselineSuite suite : climb.request().askedSuites()) {
      List<SuiteItem> test =
          suite.items().stream().filter(item -> item.split().equals("test")).toList();
      choose += test.stream().filter(item -> item.choose().isPresent()).count();
      generate += test.stream().filter(item -> item.generate().isPresent()).count();
    }
    double both = 2;
    return requests(both * choose, TOKENS_OF_A_BASELINE_ITEM, seconds)
        .plus(requests(both * generate, TOKENS_OF_A_BASELINE_ITEM, GENERATION_FACTOR * seconds));
  }

  private static Share times(Share share, int factor) {
    return new Share(share.tokens() * factor, share.seconds() * factor);
  }

  /** Tokens of a zero-shot prompt with its answer, over a few examples of dev. */
  private double meanTokens() {
    return climb.task().split(Split.DEV).stream()
        .limit(SAMPLE)
        .mapToInt(
            example ->
                climb.bench().promptTokens(zeroShot.question(example, climb.mode()).messages())
                    + climb.bench().countTokens(example.expected()))
        .average()
        .orElse(0);
  }

  /** Tokens that one demonstration adds, marks of the template included. */
  private double shotTokens() {
    List<Turn> none = List.of(Turn.system("x"), Turn.user("x"));
    return climb.task().split(Split.TRAIN).stream()
        .limit(SAMPLE)
        .mapToInt(
            example ->
                climb
                        .bench()
                        .promptTokens(
                            List.of(
                                Turn.system("x"),
                                Turn.user(example.input()),
                                Turn.assistant(example.expected()),
                                Turn.user("x")))
                    - climb.bench().promptTokens(none))
        .average()
        .orElse(0);
  }
}
