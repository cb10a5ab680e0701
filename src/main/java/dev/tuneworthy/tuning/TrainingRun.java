package dev.tuneworthy.tuning;

import dev.tuneworthy.evaluation.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The loop: epochs of shuffled batches, an update after each, a dev check after each epoch, early
 * stop. What happens depends on plan, examples and state alone.
 */
final class TrainingRun {
  private final TuningPlan plan;
  private final List<EncodedExample> examples;
  private final LoraParameters parameters;
  private final TrainingState state;
  private final AdamW optimiser;
  private final int stepsPerEpoch;
  private final float[] gradients;

  /** Loss and gradients of a batch; see {@link Objective#gradients}. */
  @FunctionalInterface
  interface Step {
    Objective.Value run(
        List<EncodedExample> batch, int index, LoraParameters parameters, float[] gradients);
  }

  TrainingRun(
      TuningPlan plan,
      List<EncodedExample> examples,
      LoraParameters parameters,
      TrainingState state) {
    this.plan = plan;
    this.examples = examples;
    this.parameters = parameters;
    this.state = state;
    parameters.restore(state.parameters);
    optimiser = new AdamW(state.first, state.second);
    stepsPerEpoch = plan.stepsPerEpoch(examples.size());
    gradients = new float[parameters.size()];
  }

  /** Leading tokens that all prompts share, at most all but one of each. */
  static int sharedPrefix(List<EncodedExample> examples) {
    List<Integer> first = examples.get(0).prompt();
    int length = first.size() - 1;
    for (EncodedExample example : examples) {
      int most = Math.min(length, example.prompt().size() - 1);
      int same = 0;
      while (same < most && example.prompt().get(same).equals(first.get(same))) {
        same++;
      }
      length = same;
    }
    return length;
  }

  boolean finished() {
    int epochs = state.curve.size();
    return state.diverged
        || !state.stopped.isEmpty()
        || epochs >= plan.epochs()
        || (epochs > 0 && epochs - state.bestEpoch >= plan.patience())
        || state.bestQuality >= 1;
  }

  /** What is looked at while training. */
  @FunctionalInterface
  interface Watch {
    /** Quality of parameter values on dev. */
    double quality(float[] values);

    /** What the values have forgotten; empty if nobody asks. */
    default Optional<TrainingResult.ProbePoint> probe(float[] values, int step, int checkpoints) {
      return Optional.empty();
    }
  }

  /**
   * Trains until finished.
   *
   * @param save puts the state on disk
   */
  void go(Step objective, Watch watch, Runnable save, Progress progress) {
    while (!finished()) {
      List<EncodedExample> order = shuffled(state.step / stepsPerEpoch);
      while (!state.diverged) {
        int inEpoch = state.step % stepsPerEpoch;
        update(objective, order, inEpoch);
        boolean endOfEpoch = inEpoch + 1 == stepsPerEpoch;
        boolean looks = endOfEpoch || (inEpoch + 1) % stride() == 0;
        if (looks && !state.diverged) {
          look(watch, endOfEpoch);
        }
        if (looks || state.diverged || (inEpoch + 1) % stride(4) == 0) {
          remember();
          save.run();
        }
        report(progress);
        if (endOfEpoch || !state.stopped.isEmpty()) {
          break;
        }
      }
    }
  }

  /**
   * Steps from one look to the next; an epoch that does not divide ends with one more. A quarter of
   * the first epoch, where a training that destroys the model does it, and of any other where
   * checkpoints compete; else a whole one.
   */
  private int stride() {
    boolean first = state.step < stepsPerEpoch;
    return stride(first || plan.mitigation().earlyStop() ? 4 : 1);
  }

  private int stride(int parts) {
    return Math.max(1, stepsPerEpoch / parts);
  }

  /** Looks of a whole training. */
  private int looks() {
    int quarters = (int) Math.ceil((double) stepsPerEpoch / stride(4));
    int later = plan.mitigation().earlyStop() ? quarters : 1;
    return quarters + (plan.epochs() - 1) * later;
  }

  /** A checkpoint: what was forgotten, then, where it competes, how good it is. */
  private void look(Watch watch, boolean endOfEpoch) {
    float[] values = parameters.copy();
    Optional<TrainingResult.ProbePoint> probe = watch.probe(values, state.step, looks());
    probe.ifPresent(state.probes::add);
    boolean early = plan.mitigation().earlyStop();
    boolean holds = !early || probe.map(point -> point.reading().holds()).orElse(true);
    if (endOfEpoch) {
      closeEpoch(watch, values, holds);
    } else if (early && holds) {
      consider(values, watch.quality(values), state.curve.size() + 1);
    }
    probe
        .filter(point -> point.reading().destroyed())
        .ifPresent(
            point ->
                state.stopped =
                    String.format(
                        Locale.ROOT,
                        "after step %d the model had lost %d and gained %d of %d items, shown at"
                            + " e = %.0f",
                        point.step(),
                        point.reading().lost(),
                        point.reading().gained(),
                        point.reading().asked(),
                        Math.exp(point.reading().logEvidence())));
  }

  private void update(Step objective, List<EncodedExample> order, int inEpoch) {
    int from = inEpoch * plan.batch();
    List<EncodedExample> batch = order.subList(from, Math.min(order.size(), from + plan.batch()));
    long start = System.nanoTime();
    Objective.Value value = objective.run(batch, state.step, parameters, gradients);
    if (!Double.isFinite(value.loss())) {
      state.diverged = true;
      return;
    }
    double rate = plan.rate(state.step, plan.epochs() * stepsPerEpoch);
    double norm =
        optimiser.update(parameters.block(), gradients, state.step + 1, rate, plan.clipNorm());
    if (!Double.isFinite(norm)) {
      state.diverged = true; // the loss may still be a number where its gradient no longer is
      return;
    }
    state.step++;
    state.epochLoss += value.loss();
    state.seconds += (System.nanoTime() - start) / 1e9;
    state.trainedTokens += value.tokens();
  }

  private void closeEpoch(Watch watch, float[] values, boolean holds) {
    int epoch = state.step / stepsPerEpoch;
    double quality = watch.quality(values);
    state.curve.add(
        new TrainingResult.EpochPoint(epoch, state.step, state.epochLoss / stepsPerEpoch, quality));
    state.epochLoss = 0;
    if (holds) {
      consider(values, quality, epoch);
    }
  }

  private void consider(float[] values, double quality, int epoch) {
    if (quality > state.bestQuality) {
      state.bestQuality = quality;
      state.bestEpoch = epoch;
      System.arraycopy(values, 0, state.best, 0, values.length);
    }
  }

  private void remember() {
    System.arraycopy(parameters.copy(), 0, state.parameters, 0, state.parameters.length);
  }

  /**
   * The order of an epoch depends on the seed and the epoch alone, so that resuming finds it again.
   */
  private List<EncodedExample> shuffled(int epoch) {
    List<EncodedExample> order = new ArrayList<>(examples);
    SplittableRandom random = new SplittableRandom(plan.seed() * 31 + epoch);
    for (int i = order.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      EncodedExample other = order.get(j);
      order.set(j, order.get(i));
      order.set(i, other);
    }
    return order;
  }

  private void report(Progress progress) {
    progress.report(
        new Progress.Step(
            "tune", plan.id(), state.step, plan.epochs() * stepsPerEpoch, state.trainedTokens));
  }
}
