package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.decoder.DecoderGraph;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What the base model says at the answers of training examples: the targets of the KL term. Read
 * when they are needed, in the precision of the training, else the adapter would learn to undo the
 * rounding; a distribution over the vocabulary is too large to keep one for every token. Shares the
 * decoder's weights, which must outlive it. Owned by the training.
 */
final class BaseTargets implements AutoCloseable {
  private final OnnxSession session;
  private final OptionalInt window;
  private final int vocabulary;

  /**
   * @param precision of the training
   */
  BaseTargets(Decoder decoder, Precision precision) {
    window = decoder.config().slides() ? decoder.config().window() : OptionalInt.empty();
    vocabulary = decoder.config().vocabulary();
    session =
        new OnnxSession(
            DecoderGraph.withoutAdapter(decoder.config(), precision),
            decoder.trainingWeights(precision),
            decoder.device(),
            OnnxSession.WEIGHTS_AS_THEY_ARE);
  }

  /**
   * Feeds of a step that holds one of its batches to the base model; the caller closes them.
   *
   * @param before labels of the batches that lie before it
   * @param weight of the mean over the tokens that are held
   */
  Map<String, NativeTensor> feeds(TrainingBatch batch, int before, double weight) {
    long[] rows = LongStream.of(batch.heldRows()).map(row -> before + row).toArray();
    float[] weights = new float[rows.length];
    Arrays.fill(weights, (float) (weight / rows.length));
    return Map.of(
        DecoderGraph.KL_ROWS, NativeTensor.longs(rows, rows.length),
        DecoderGraph.KL_WEIGHTS, NativeTensor.floats(weights, rows.length, 1),
        DecoderGraph.BASE_LOG_PROBABILITIES, says(batch));
  }

  /** Feeds of a step that holds nothing to the base model; the caller closes them. */
  Map<String, NativeTensor> nothing() {
    return Map.of(
        DecoderGraph.KL_ROWS, NativeTensor.longs(new long[0], 0),
        DecoderGraph.KL_WEIGHTS, NativeTensor.floats(new float[0], 0, 1),
        DecoderGraph.BASE_LOG_PROBABILITIES, NativeTensor.floats(new float[0], 0, vocabulary));
  }

  /** Natural logarithms at the tokens that are held, [L, V]. */
  private NativeTensor says(TrainingBatch batch) {
    Map<String, NativeTensor> own =
        TrainingBatch.held(batch.examples(), batch.prefix()).rows(window);
    try {
      return session
          .run(own, Set.of(DecoderGraph.BASE_LOG_PROBABILITIES))
          .get(DecoderGraph.BASE_LOG_PROBABILITIES);
    } finally {
      own.values().forEach(NativeTensor::close);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
