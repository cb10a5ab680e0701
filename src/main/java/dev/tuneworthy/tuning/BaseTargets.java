package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.decoder.DecoderGraph;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the base model says at the answers of training examples: the targets of the KL term. From a
 * forward-only run in the precision of the training, else the adapter would learn to undo the
 * rounding; one example at a time, so that it does not matter which examples share a batch;
 * computed when first needed and kept as far as {@value #MOST_BYTES} bytes go. Owned by the
 * training.
 */
final class BaseTargets implements AutoCloseable {
  /** Tokens of one answer that are held to the base model, spread evenly over it. */
  static final int MOST_TOKENS = 16;

  private static final long MOST_BYTES = 256L << 20;

  private final BaseForward model;
  private final int vocabulary;
  private final long mostRows;
  private final Map<EncodedExample, float[]> kept = new LinkedHashMap<>(64, 0.75f, true);
  private long rows;

  /**
   * @param precision of the training
   */
  BaseTargets(Decoder decoder, Precision precision) {
    this.model = new BaseForward(decoder, precision);
    this.vocabulary = decoder.config().vocabulary();
    this.mostRows = MOST_BYTES / (4L * vocabulary);
  }

  /**
   * Feeds for the head rows of a batch, which are the tokens of its completions, example after
   * example; the caller closes them.
   *
   * @param prefix leading tokens that all prompts share
   * @param weight of the mean over the tokens that are held to the base model; 0 for none
   */
  Map<String, NativeTensor> feeds(List<EncodedExample> batch, int prefix, double weight) {
    int labels = batch.stream().mapToInt(example -> example.completion().size()).sum();
    FloatBuffer base =
        ByteBuffer.allocateDirect(Math.multiplyExact(4 * labels, vocabulary))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    float[] weights = new float[labels];
    if (weight > 0) {
      int held = batch.stream().mapToInt(example -> held(example).size()).sum();
      int from = 0;
      for (EncodedExample example : batch) {
        float[] targets = targets(example, prefix);
        List<Integer> tokens = held(example);
        for (int i = 0; i < tokens.size(); i++) {
          int row = from + tokens.get(i);
          base.put(row * vocabulary, targets, i * vocabulary, vocabulary);
          weights[row] = (float) (weight / held);
        }
        from += example.completion().size();
      }
    }
    return Map.of(
        DecoderGraph.BASE_LOG_PROBABILITIES, NativeTensor.floats(base, labels, vocabulary),
        DecoderGraph.KL_WEIGHTS, NativeTensor.floats(weights, labels, 1));
  }

  /** Positions in the completion that are held, at most {@value #MOST_TOKENS}, evenly spread. */
  static List<Integer> held(EncodedExample example) {
    int length = example.completion().size();
    int wanted = Math.min(length, MOST_TOKENS);
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      positions.add(i * length / wanted);
    }
    return positions;
  }

  private float[] targets(EncodedExample example, int prefix) {
    float[] known = kept.get(example);
    if (known != null) {
      return known;
    }
    List<Integer> tokens = held(example);
    float[] all = model.logProbabilities(example, prefix);
    float[] targets = new float[tokens.size() * vocabulary];
    for (int i = 0; i < tokens.size(); i++) {
      System.arraycopy(all, tokens.get(i) * vocabulary, targets, i * vocabulary, vocabulary);
    }
    kept.put(example, targets);
    rows += tokens.size();
    var oldest = kept.entrySet().iterator();
    while (rows > mostRows && kept.size() > 1) {
      rows -= oldest.next().getValue().length / vocabulary;
      oldest.remove();
    }
    return targets;
  }

  @Override
  public void close() {
    model.close();
  }
}
