package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decoder.Adapter;
import dev.tuneworthy.decoder.Prompt;
import dev.tuneworthy.decoder.TextModel;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean KL(base ‖ tuned) in nats a token at the answers of some examples, over the whole vocabulary.
 * On the inputs of a new task it predicts how much is forgotten (Shenfeld et al. 2025), and it is
 * cheap. What the base model says is computed once. Not safe for use by several threads.
 */
public final class ForwardDivergence {
  /** Each keeps its whole distributions in memory while it is used. */
  private static final int MOST_GENERAL = 16;

  private final TextModel model;
  private final List<EncodedExample> examples;
  private final int prefix;
  private final List<FloatBuffer> base = new ArrayList<>();

  /**
   * @param prefix leading tokens that all prompts share
   */
  ForwardDivergence(TextModel model, List<EncodedExample> examples, int prefix) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("a divergence needs examples");
    }
    this.model = model;
    this.examples = List.copyOf(examples);
    this.prefix = prefix;
  }

  /**
   * At the base model's own answers to some general prompts that no training replays; they are made
   * first if they are not there yet.
   */
  public static ForwardDivergence onGeneral(
      LocalModel model, GeneralPrompts general, Progress progress) {
    List<String> unseen = general.weighing();
    List<String> prompts = unseen.subList(0, Math.min(MOST_GENERAL, unseen.size()));
    return new ForwardDivergence(
        model.text(), new GeneralAnswers(model, general.cache()).greedy(prompts, progress), 0);
  }

  /** The divergence of the model with an adapter at scale 1. */
  public double of(PeftAdapter adapter) {
    if (base.isEmpty()) {
      try (Adapter none = Adapter.none(model.config())) {
        examples.forEach(example -> base.add(says(example, none)));
      }
    }
    double sum = 0;
    long tokens = 0;
    try (Adapter tuned = Adapter.of(model.config(), adapter, 1)) {
      for (int i = 0; i < examples.size(); i++) {
        sum += divergence(base.get(i), says(examples.get(i), tuned));
        tokens += examples.get(i).completion().size();
      }
    }
    return sum / tokens;
  }

  private FloatBuffer says(EncodedExample example, Adapter adapter) {
    return model.logProbabilities(
        new Prompt(example.prompt(), prefix), example.completion(), adapter);
  }

  /** Σ p (log p − log q) over all rows; rounding can make an equal pair a little negative. */
  static double divergence(FloatBuffer p, FloatBuffer q) {
    double sum = 0;
    for (int i = 0; i < p.limit(); i++) {
      double log = p.get(i);
      sum += Math.exp(log) * (log - q.get(i));
    }
    return Math.max(0, sum);
  }
}
