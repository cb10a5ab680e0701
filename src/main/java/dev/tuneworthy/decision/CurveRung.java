package dev.tuneworthy.decision;

import dev.tuneworthy.decision.Confirmation.Confirmed;
import dev.tuneworthy.decision.DecisionRecord.LearningCurvePart;
import dev.tuneworthy.decision.LearningCurve.Measured;
import dev.tuneworthy.decision.LearningCurve.Needed;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.decision.TuneRung.Tuned;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.TrainingResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * The curve rung: the tuned finalist trained anew on a quarter and on half of <i>train</i>, by the
 * same plan, and all three on <i>test</i>, in the look that the finalists had. Nothing is chosen by
 * it; the verdict stands before.
 */
final class CurveRung {
  private static final int[] PARTS = {4, 2};

  /** A quarter of fewer would be hardly a training set. */
  static final int FEWEST_EXAMPLES = 40;

  /** Of the time of one training on everything: both trainings, and asking test twice. */
  private static final double TRAININGS = 1.0;

  private final Climb climb;
  private final Task task;

  CurveRung(Climb climb) {
    this.climb = climb;
    this.task = climb.task();
  }

  /**
   * Why no curve is drawn, if none is. Asked for, it is drawn wherever it can be; else where the
   * quality of the tuned finalist is what the verdict wants for, and the budget has the time.
   */
  Optional<String> leftOut(Optional<Tuned> tuned, Finding finding) {
    if (tuned.isEmpty()) {
      return Optional.of("Nothing was tuned.");
    }
    if (task.metric() == Metric.F1_MACRO) {
      return Optional.of("The quality is no share of right answers.");
    }
    if (task.split(Split.TRAIN).size() < FEWEST_EXAMPLES) {
      return Optional.of("There are fewer than " + FEWEST_EXAMPLES + " training examples.");
    }
    if (climb.request().learningCurve()) {
      return Optional.empty();
    }
    if (climb.request().quick()) {
      return Optional.of("Not asked for.");
    }
    if (!wanting(tuned.get().candidate().id(), finding)) {
      return Optional.of("The verdict does not want for quality of the tuned candidate.");
    }
    double left = climb.request().policy().budget().time().toMillis() / 1000.0;
    return climb.spending().seconds() + TRAININGS * climb.journal().seconds("tune/") > left
        ? Optional.of("The budget has no time left for it.")
        : Optional.empty();
  }

  private static boolean wanting(String tuned, Finding finding) {
    boolean settled = finding.verdict() == Verdict.PROMPT || finding.verdict() == Verdict.TUNE;
    return !settled
        && finding.gates().stream()
            .filter(gate -> gate.candidate().equals(tuned) && gate.gate().equals("quality"))
            .noneMatch(gate -> gate.status().equals(GateStatus.PASS.name()));
  }

  /**
   * Trains twice and draws the curve; empty if a training came to nothing.
   *
   * @param confirmed all finalists on test, the tuned one among them
   */
  Optional<LearningCurvePart> run(Tuned tuned, List<Confirmed> confirmed) {
    climb.spending().start(Rungs.CURVE);
    List<Measured> points = new ArrayList<>();
    Trial whole =
        confirmed.stream()
            .filter(c -> c.candidate().id().equals(tuned.candidate().id()))
            .findFirst()
            .orElseThrow()
            .trial();
    points.add(measured(task.split(Split.TRAIN).size(), whole));
    for (int part : PARTS) {
      Task less = less(part);
      Optional<Trial> trial = trained(tuned, less);
      if (trial.isEmpty()) {
        return Optional.empty();
      }
      points.add(measured(less.split(Split.TRAIN).size(), trial.get()));
    }
    return Optional.of(
        LearningCurve.of(tuned.candidate().id(), Split.TEST.label(), points, needed(confirmed)));
  }

  /** The policy's minimum, and the margin over the best prompt that reaches it. */
  private Needed needed(List<Confirmed> confirmed) {
    Policy.Quality quality = climb.request().policy().quality();
    Needed least = new Needed(quality.minimum(), "the minimum of the policy");
    return confirmed.stream()
        .filter(c -> !c.candidate().approach().tuned())
        .map(c -> measured(1, c.trial()))
        .mapToDouble(m -> (double) m.right() / m.judged())
        .filter(prompt -> prompt >= quality.minimum())
        .max()
        .stream()
        .mapToObj(
            best ->
                new Needed(
                    Math.min(1, best + quality.margin()),
                    "the best prompt that passes and the margin of the policy"))
        .findFirst()
        .orElse(least);
  }

  private Optional<Trial> trained(Tuned tuned, Task less) {
    int examples = less.split(Split.TRAIN).size();
    String id = String.format(Locale.ROOT, "%s on %d examples", tuned.candidate().id(), examples);
    List<Example> dev = task.split(Split.DEV);
    DevCheck check =
        adapter -> {
          Candidate candidate = climb.bench().candidate(id, adapter, task);
          return climb.trials().quality(climb.aside(candidate, Split.DEV, dev), dev);
        };
    TrainingResult result =
        climb
            .bench()
            .train(
                less,
                tuned.plan(),
                climb.folder().path("training").resolve("curve-" + examples),
                check,
                climb.trainingProgress());
    climb.spending().addLocal(result.trainedTokens());
    return result.usable()
        ? Optional.of(
            climb.aside(
                climb.bench().candidate(id, result.adapter(), task),
                Split.TEST,
                task.split(Split.TEST)))
        : Optional.empty();
  }

  private Measured measured(int examples, Trial onTest) {
    TestScores scores = TestScores.of(task, onTest);
    return new Measured(
        examples,
        Collections.frequency(scores.marks(), Mark.RIGHT),
        Math.max(1, scores.n() - scores.missing()),
        CountedEvidence.effect(scores));
  }

  /**
   * The task with one in so many training examples, drawn from each answer alike where answers are
   * a closed set; a quarter is part of the half.
   */
  Task less(int part) {
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(split, task.split(split));
    }
    splits.put(Split.TRAIN, sample(part));
    String hash = new ContentHash().add(task.sha256()).add("one in " + part).hex();
    return new Task(
        task.name(),
        task.instruction(),
        task.choices(),
        splits,
        task.metric(),
        task.tolerance(),
        hash);
  }

  private List<Example> sample(int part) {
    Map<String, List<Example>> kinds = new TreeMap<>();
    for (Example each : task.split(Split.TRAIN)) {
      kinds
          .computeIfAbsent(task.closed() ? each.expected() : "", key -> new ArrayList<>())
          .add(each);
    }
    Random random = new Random(climb.request().seed());
    List<Example> sample = new ArrayList<>();
    for (List<Example> kind : kinds.values()) {
      Collections.shuffle(kind, random);
      sample.addAll(kind.subList(0, Math.max(1, Math.round((float) kind.size() / part))));
    }
    return sample;
  }
}
