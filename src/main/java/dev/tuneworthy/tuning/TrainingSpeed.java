package dev.tuneworthy.tuning;

import dev.tuneworthy.local.LocalModel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How fast this machine trains: whole steps (forward, backward, optimiser) on made-up tokens of a
 * given shape. What the tokens are does not matter to the time.
 */
public final class TrainingSpeed {
  private static final int WARM_UP = 3;
  private static final int LABELS = 5;

  private TrainingSpeed() {}

  /**
   * A shape of step.
   *
   * @param prefix tokens that all examples share, computed once for the batch
   * @param own tokens of each example's own, labels included
   * @param batch examples in a step
   */
  public record Shape(int prefix, int own, int batch, int rank) {
    public Shape {
      if (prefix < 0 || own <= LABELS || batch < 1 || rank < 1) {
        throw new IllegalArgumentException(
            "a prefix, more than %d own tokens, a batch and a rank, not %d, %d, %d, %d"
                .formatted(LABELS, prefix, own, batch, rank));
      }
    }

    /** Tokens of the batch as a training without sharing would count them. */
    public int tokens() {
      return batch * (prefix + own);
    }
  }

  /**
   * What was measured.
   *
   * @param setUp seconds until the first step can start: weights are laid out, the graph is made
   * @param steps for each shape the seconds of each step, in order, without the first few
   */
  public record Measured(double setUp, List<List<Double>> steps) {
    public Measured {
      steps = steps.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Tokens that go through a step.
   *
   * @param prefix tokens that all examples share
   * @param own further ones of each example
   */
  public static int rows(int prefix, int... own) {
    return prefix + own.length * IntStream.of(own).max().orElse(0);
  }

  /** Seconds of each step, in order, without the first few. */
  public static List<Double> steps(LocalModel model, Shape shape, int steps) {
    return measure(model, List.of(shape), steps, () -> {}).steps().get(0);
  }

  /**
   * Sets a training up and takes some steps of each shape.
   *
   * @param shapes all of one rank
   * @param between is called when the training is set up and after each step; may end it
   */
  public static Measured measure(
      LocalModel model, List<Shape> shapes, int steps, Runnable between) {
    long began = System.nanoTime();
    int rank = shapes.get(0).rank();
    TuningPlan plan = new TuningPlan(rank, 2.0 * rank, 1e-4, 1, shapes.get(0).batch(), 0, 1, 1, 1);
    List<List<Double>> seconds = new ArrayList<>();
    try (LoraParameters parameters = new LoraParameters(model.text().config(), plan);
        TrainingStep step =
            new TrainingStep(model.text().decoder(), model.trainingPrecision(), 0, 1, false)) {
      AdamW optimiser = new AdamW(parameters.size());
      float[] gradients = new float[parameters.size()];
      double setUp = (System.nanoTime() - began) / 1e9;
      between.run();
      int done = 0;
      for (Shape shape : shapes) {
        List<Double> ofShape = new ArrayList<>();
        for (int i = 0; i < WARM_UP + steps; i++) {
          TrainingBatch batch = new TrainingBatch(examples(model, shape, i), shape.prefix());
          long start = System.nanoTime();
          step.run(batch, parameters, plan.alpha() / plan.rank(), gradients);
          optimiser.update(parameters.block(), gradients, ++done, 1e-4, plan.clipNorm());
          if (i >= WARM_UP) {
            ofShape.add((System.nanoTime() - start) / 1e9);
          }
          between.run();
        }
        seconds.add(ofShape);
      }
      return new Measured(setUp, seconds);
    }
  }

  /** Examples of a shape, of made-up tokens. */
  static List<EncodedExample> examples(LocalModel model, Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int vocabulary = model.text().config().vocabulary();
    List<Integer> prefix = tokens(new SplittableRandom(0), shape.prefix(), vocabulary);
    List<EncodedExample> examples = new ArrayList<>();
    for (int i = 0; i < shape.batch(); i++) {
      List<Integer> prompt = new ArrayList<>(prefix);
      prompt.addAll(tokens(random, shape.own() - LABELS, vocabulary));
      examples.add(new EncodedExample(prompt, tokens(random, LABELS, vocabulary)));
    }
    return examples;
  }

  private static List<Integer> tokens(SplittableRandom random, int count, int vocabulary) {
    return random.ints(count, 0, vocabulary).boxed().toList();
  }
}
