package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.decoder.DecoderGraph;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The model without an adapter as a training step computes it: the forward half of the step's own
 * graph in the same precision, so that rounding cancels where the two are compared. Shares the
 * decoder's weights, which must outlive it. Owned by the training.
 */
final class BaseForward implements AutoCloseable {
  private static final String LOG_PROBABILITIES = "log_probabilities";

  private final OnnxSession session;
  private final OptionalInt window;
  private final LoraParameters none;

  /**
   * @param precision of the products with frozen weights
   */
  BaseForward(Decoder decoder, Precision precision) {
    window = decoder.config().slides() ? decoder.config().window() : OptionalInt.empty();
    // No layer is adapted: every one is fed with zeros.
    TuningPlan nothing = TuningPlan.standard(1, 0, true).fromLayer(decoder.config().layers());
    none = new LoraParameters(decoder.config(), nothing);
    DecoderGraph.Training forward = DecoderGraph.training(decoder.config(), precision);
    forward.graph().output(LOG_PROBABILITIES, forward.logProbabilities());
    session =
        new OnnxSession(
            forward.graph().build(),
            decoder.trainingWeights(precision),
            decoder.device(),
            OnnxSession.WEIGHTS_AS_THEY_ARE);
  }

  /**
   * What the model says at the completion of an example.
   *
   * @param prefix leading tokens that all prompts share
   * @return natural logarithms, [completion tokens, V], row after row
   */
  float[] logProbabilities(EncodedExample example, int prefix) {
    Map<String, NativeTensor> own = new TrainingBatch(List.of(example), prefix).feeds(window);
    own.put(DecoderGraph.LORA_SCALE, NativeTensor.floats(new float[] {0}, 1));
    Map<String, NativeTensor> feeds = new HashMap<>(own);
    feeds.putAll(none.feeds());
    Map<String, NativeTensor> out = Map.of();
    try {
      out = session.run(feeds, Set.of(LOG_PROBABILITIES));
      FloatBuffer rows = out.get(LOG_PROBABILITIES).floats();
      float[] copied = new float[rows.remaining()];
      rows.get(copied);
      return copied;
    } finally {
      out.values().forEach(NativeTensor::close);
      own.values().forEach(NativeTensor::close);
    }
  }

  @Override
  public void close() {
    session.close();
    none.close();
  }
}
