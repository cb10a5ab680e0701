package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** How fast this machine reads prompts and writes answers, on made-up tokens. */
public final class DecoderSpeed {
  private DecoderSpeed() {}

  /** Seconds of prefilling a prompt of some tokens, several times, without the first. */
  public static List<Double> prefill(TextModel model, Adapter adapter, int tokens, int repeats) {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i <= repeats; i++) {
      Prompt prompt = prompt(model, i, tokens + 1, tokens);
      long start = System.nanoTime();
      model.prefixes().shared(List.of(prompt), adapter);
      if (i > 0) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    model.forgetPrefixes();
    return seconds;
  }

  /**
   * Seconds for each generated token of a batch, by the difference between a long and a short
   * generation, several times, without the first.
   */
  public static List<Double> decode(
      TextModel model, Adapter adapter, int rows, int tokens, int repeats) {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i <= repeats; i++) {
      double one = generation(model, adapter, rows, 1);
      double many = generation(model, adapter, rows, 1 + tokens);
      if (i > 0) {
        seconds.add((many - one) / tokens);
      }
    }
    return seconds;
  }

  /**
   * Seconds of scoring 15 choices for each of 150 queries after a prompt of 15 examples, several
   * times, without the first.
   */
  public static List<Double> choose(TextModel model, Adapter adapter, int repeats) {
    SplittableRandom random = new SplittableRandom(1);
    int vocabulary = model.config().vocabulary();
    List<int[]> choices = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      choices.add(random.ints(2 + i % 3, 0, vocabulary).toArray());
    }
    List<Integer> shots = random.ints(95 + 15 * 22, 0, vocabulary).boxed().toList();
    List<TextModel.Choices> requests = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      List<Integer> tokens = new ArrayList<>(shots);
      tokens.addAll(random.ints(10 + i % 10, 0, vocabulary).boxed().toList());
      requests.add(new TextModel.Choices(new Prompt(tokens, shots.size()), choices));
    }
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i <= repeats; i++) {
      model.forgetPrefixes();
      long start = System.nanoTime();
      model.choose(requests, adapter, done -> {});
      if (i > 0) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    return seconds;
  }

  /** An adapter that does nothing, at the cost of one of a rank on all linear layers. */
  public static Adapter adapter(ModelConfig config, int rank) {
    return Adapter.idle(config, rank);
  }

  /** How many weights the linear layers of all blocks hold together. */
  public static double linearWeights(ModelConfig config) {
    double weights = 0;
    for (LinearLayer kind : LinearLayer.values()) {
      weights += (double) kind.inputWidth(config) * kind.outputWidth(config) * config.layers();
    }
    return weights;
  }

  private static double generation(TextModel model, Adapter adapter, int rows, int tokens) {
    List<Prompt> prompts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      prompts.add(prompt(model, row, 16, 0));
    }
    long start = System.nanoTime();
    new TextGenerator(model.decoder(), model.prefixes())
        .generate(prompts, new TextGenerator.Settings(tokens, 0, 0, false), adapter, done -> {});
    return (System.nanoTime() - start) / 1e9;
  }

  private static Prompt prompt(TextModel model, long seed, int tokens, int stable) {
    int vocabulary = model.config().vocabulary();
    return new Prompt(
        new SplittableRandom(seed).ints(tokens, 0, vocabulary).boxed().toList(), stable);
  }
}
