package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.Optional;

/**
 * What the rows of a batch see, layer by layer: most layers everything that the mask lets them see,
 * a sliding layer what of it is near enough. The masks are inputs, added to the scores; those of
 * the window exist only where a layer slides.
 */
final class Sight {
  private final ModelConfig config;
  private final Tensor mask;
  private final Optional<Tensor> ownWindow;
  private final Optional<Tensor> prefixWindow;

  private Sight(
      ModelConfig config, Tensor mask, Optional<Tensor> ownWindow, Optional<Tensor> prefixWindow) {
    this.config = config;
    this.mask = mask;
    this.ownWindow = ownWindow;
    this.prefixWindow = prefixWindow;
  }

  /**
   * B sequences of S rows against their own keys and those of the shared prefix.
   *
   * @param tag of the batch, at the end of its inputs and axes
   * @param keys name of the axis of own keys
   * @param prefix name of the axis of the prefix's keys
   */
  static Sight ofOwnRows(
      GraphBuilder graph, ModelConfig config, String tag, String keys, String prefix) {
    String b = "B" + tag;
    String s = "S" + tag;
    return new Sight(
        config,
        graph.input(DecoderGraph.OWN_MASK + tag, DataType.FLOAT32, b, 1, s, keys),
        window(graph, config, DecoderGraph.OWN_WINDOW + tag, b, 1, s, keys),
        window(graph, config, DecoderGraph.OWN_PREFIX_WINDOW + tag, b, 1, s, prefix));
  }

  /**
   * The prefix against itself.
   *
   * @param tag of the batch, at the end of its inputs
   * @param rows name of the axis of the prefix
   */
  static Sight ofPrefix(GraphBuilder graph, ModelConfig config, String tag, String rows) {
    return new Sight(
        config,
        graph.input(DecoderGraph.PREFIX_MASK + tag, DataType.FLOAT32, 1, 1, rows, rows),
        window(graph, config, DecoderGraph.PREFIX_WINDOW + tag, 1, 1, rows, rows),
        Optional.empty());
  }

  private static Optional<Tensor> window(
      GraphBuilder graph, ModelConfig config, String name, Object... axes) {
    return config.slides()
        ? Optional.of(graph.input(name, DataType.FLOAT32, axes))
        : Optional.empty();
  }

  /** Added to the scores against own keys. */
  Tensor own(int layer) {
    return slides(layer) ? ownWindow.orElseThrow() : mask;
  }

  /** Added to the scores against the prefix; empty where all of it is seen. */
  Optional<Tensor> prefix(int layer) {
    return slides(layer) ? prefixWindow : Optional.empty();
  }

  private boolean slides(int layer) {
    return config.attention().get(layer).sliding();
  }
}
