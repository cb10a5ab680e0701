package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.decoder.DecoderGraph;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import dev.tuneworthy.graph.autodiff.Backward;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Forward pass, loss and gradients of A and B as one ONNX graph, made from the decoder's own graph
 * by {@link Backward}. Shares the decoder's weights, which must outlive it. Owned by the training.
 */
final class TrainingStep implements AutoCloseable {
  private static final String GRADIENT = "gradient of ";

  private final OnnxSession session;
  private final OptionalInt window;
  private final Set<String> wanted = new LinkedHashSet<>();

  /** The step of a plain training of every layer. */
  TrainingStep(Decoder decoder) {
    this(decoder, decoder.precision(), 0, 1, false);
  }

  /**
   * @param precision of the products with frozen weights
   * @param firstLayer lowest layer that is trained; no gradient is computed below it
   * @param batches how many batches, each with a prefix of its own, a step has
   * @param heldToBase whether they come with what the base model says, see {@link BaseTargets}
   */
  TrainingStep(
      Decoder decoder, Precision precision, int firstLayer, int batches, boolean heldToBase) {
    window = decoder.config().slides() ? decoder.config().window() : OptionalInt.empty();
    DecoderGraph.Training forward =
        DecoderGraph.training(decoder.config(), precision, batches, heldToBase);
    GraphBuilder graph = forward.graph();
    int perLayer = forward.parameters().size() / decoder.config().layers();
    List<Tensor> trained =
        forward.parameters().subList(firstLayer * perLayer, forward.parameters().size());
    List<Tensor> gradients = Backward.gradients(graph, forward.loss(), trained);
    wanted.add(DecoderGraph.LOSS);
    for (int i = 0; i < gradients.size(); i++) {
      String name = GRADIENT + trained.get(i).name();
      graph.output(name, gradients.get(i));
      wanted.add(name);
    }
    session =
        new OnnxSession(
            graph.build(),
            decoder.trainingWeights(precision),
            decoder.device(),
            OnnxSession.WEIGHTS_AS_THEY_ARE);
  }

  /** A step of a single batch that nothing is added to. */
  double run(TrainingBatch batch, LoraParameters parameters, double scale, float[] gradients) {
    return run(List.of(batch), Map.of(), parameters, scale, gradients);
  }

  /**
   * Runs one step.
   *
   * @param targets further feeds of a step that is held to the base model; closed here
   * @param scale α/r
   * @param gradients filled with the gradients in the order of the parameters' block
   * @return the loss, in nats a completion token
   */
  double run(
      List<TrainingBatch> batches,
      Map<String, NativeTensor> targets,
      LoraParameters parameters,
      double scale,
      float[] gradients) {
    Arrays.fill(gradients, 0);
    Map<String, NativeTensor> own = TrainingBatch.feeds(batches, window);
    own.putAll(targets);
    own.put(DecoderGraph.LORA_SCALE, NativeTensor.floats(new float[] {(float) scale}, 1));
    Map<String, NativeTensor> feeds = new HashMap<>(own);
    feeds.putAll(parameters.feeds());
    Map<String, NativeTensor> out = Map.of();
    try {
      out = session.run(feeds, wanted);
      Map<String, NativeTensor> byName = new HashMap<>();
      for (String name : parameters.names()) {
        byName.put(name, out.get(GRADIENT + name));
      }
      parameters.gatherOnto(byName, gradients);
      return out.get(DecoderGraph.LOSS).floats().get(0);
    } finally {
      out.values().forEach(NativeTensor::close);
      own.values().forEach(NativeTensor::close);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
