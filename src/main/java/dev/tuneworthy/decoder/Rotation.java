package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.Rotary;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.Optional;

/** Turns queries and keys by their positions (Su et al. 2021), which are an input, [1, N]. */
final class Rotation {
  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Tensor positions;

  Rotation(GraphBuilder graph, ModelConfig config) {
    this.graph = graph;
    this.config = config;
    positions = graph.input(DecoderGraph.POSITIONS, DataType.INT64, 1, "N");
  }

  /** Queries [N, H·d], keys and values [N, K·d] with the first two turned, if the layer does so. */
  List<Tensor> turned(int layer, List<Tensor> projected) {
    return List.of(
        turned(layer, projected.get(0), config.heads()),
        turned(layer, projected.get(1), config.keyValueHeads()),
        projected.get(2));
  }

  private Tensor turned(int layer, Tensor x, int heads) {
    Optional<Rotary> rotary = config.attention().get(layer).rotary();
    if (rotary.isEmpty()) {
      return x;
    }
    int width = heads * config.headSize();
    int index = config.rotaries().indexOf(rotary.get());
    Tensor minusSin = table(graph, config, DecoderGraph.ropeMinusSin(index));
    List<Tensor> tables = tables(graph, config, rotary.get());
    Tensor wide = graph.reshape(x, graph.integers(1, -1, width), Shape.of(1, "N", width));
    Tensor turned = graph.rotary(wide, positions, tables.get(0), tables.get(1), minusSin, heads);
    return graph.reshape(turned, graph.integers(-1, width), Shape.of("N", width));
  }

  /** Cosines and sines of a rotary embedding. */
  static List<Tensor> tables(GraphBuilder graph, ModelConfig config, Rotary rotary) {
    int index = config.rotaries().indexOf(rotary);
    return List.of(
        table(graph, config, DecoderGraph.ropeCos(index)),
        table(graph, config, DecoderGraph.ropeSin(index)));
  }

  private static Tensor table(GraphBuilder graph, ModelConfig config, String name) {
    return graph.weight(name, DecoderGraph.ropeRows(config), config.headSize() / 2);
  }
}
