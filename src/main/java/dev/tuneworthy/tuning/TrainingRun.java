package dev.tuneworthy.tuning;

import dev.tuneworthy.evaluation.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

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
  private final int sharedPrefix;
  private final int stepsPerEpoch;
  private final float[] gradients;

  /** Loss and gradients of a batch; see {@link TrainingStep#run}. */
  @FunctionalInterface
  interface Step {
    double run(TrainingBatch batch, LoraParameters parameters, double scale, float[] gradients);
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
    sharedPrefix = sharedPrefix(examples);
    stepsPerEpoch = plan.stepsPerEpoch(examples.size());
    gradients = new float[parameters.size()];
  }

  /** Leading tokens that all prompts share, at most all but one of each. */
  private static int sharedPrefix(List<EncodedExample> examples) {
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
        || epochs >= plan.epochs()
        || (epochs > 0 && epochs - state.bestEpoch >= plan.patience())
        || state.bestQuality >= 1;
  }

  /**
   * Trains until finished.
   *
   * @param dev quality of parameter values
   * @param save puts the state on disk
   */
  void go(Step step, ToDoubleFunction<float[]> dev, Runnable save, Progress progress) {
    int quarter = Math.max(1, stepsPerEpoch / 4);
    while (!finished()) {
      List<EncodedExample> order = shuffled(state.step / stepsPerEpoch);
      while (!state.diverged) {
        int inEpoch = state.step % stepsPerEpoch;
        update(step, order, inEpoch);
        boolean endOfEpoch = inEpoch + 1 == stepsPerEpoch;
        if (endOfEpoch && !state.diverged) {
          closeEpoch(dev);
        }
        if (endOfEpoch || state.diverged || (inEpoch + 1) % quarter == 0) {
          remember();
          save.run();
        }
        report(progress);
        if (endOfEpoch) {
          break;
        }
      }
    }
  }

  private void update(Step step, List<EncodedExample> order, int inEpoch) {
    int from = inEpoch * plan.batch();
    List<EncodedExample> batch = order.subList(from, Math.min(order.size(), from + plan.batch()));
    long start = System.nanoTime();
    double loss =
        step.run(
            new TrainingBatch(batch, sharedPrefix),
            parameters,
            plan.alpha() / plan.rank(),
            gradients);
    if (!Double.isFinite(loss)) {
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
    state.epochLoss += loss;
    state.seconds += (System.nanoTime() - start) / 1e9;
    state.trainedTokens += batch.stream().mapToLong(EncodedExample::length).sum();
  }

  private void closeEpoch(ToDoubleFunction<float[]> dev) {
    int epoch = state.step / stepsPerEpoch;
    float[] values = parameters.copy();
    double quality = dev.applyAsDouble(values);
    state.curve.add(
        new TrainingResult.EpochPoint(epoch, state.step, state.epochLoss / stepsPerEpoch, quality));
    state.epochLoss = 0;
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
            "tune",
            "lora(r=" + plan.rank() + ",seed=" + plan.seed() + ")",
            state.step,
            plan.epochs() * stepsPerEpoch,
            state.trainedTokens));
  }
}
