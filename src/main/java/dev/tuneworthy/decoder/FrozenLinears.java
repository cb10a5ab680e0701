package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
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
    List<Tensor> products = AdaptedLinears.parts(graph, config, group, all);
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < products.size(); i++) {
      LinearLayer kind = group.members().get(i);
      results.add(AdaptedLinears.biased(graph, config, kind, layer, products.get(i)));
    }
    return results;
  }
}
