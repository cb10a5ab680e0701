package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.List;

/** Linear layers without an adapter: y = x Wᵀ + bias. */
final class FrozenLinears implements DecoderBlocks.Linears {
  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Precision precision;

  FrozenLinears(GraphBuilder graph, ModelConfig config, Precision precision) {
    this.graph = graph;
    this.config = config;
    this.precision = precision;
  }

  @Override
  public List<Tensor> apply(LinearGroup group, int layer, Tensor x) {
    int in = group.inputWidth(config);
    int out = group.outputWidth(config);
    Tensor all = FrozenWeights.product(graph, precision, group.weight(layer), out, x, in, false);
    return AdaptedLinears.biasedParts(graph, config, group, layer, all);
  }
}
