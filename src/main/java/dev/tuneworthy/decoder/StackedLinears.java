package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Linear layers for few rows at once, where the number of operators is what costs: each group has
 * one product with its frozen weights and one pair of narrow ones beside it, which adds the LoRAs
 * of all its members and whatever else has a low rank; see {@link StackedAdapter}.
 */
final class StackedLinears implements DecoderBlocks.Linears {
  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Precision precision;

  StackedLinears(GraphBuilder graph, ModelConfig config, Precision precision) {
    this.graph = graph;
    this.config = config;
    this.precision = precision;
  }

  @Override
  public List<Tensor> apply(LinearGroup group, int layer, Tensor x) {
    Tensor all = unbiased(group, layer, x);
    List<Tensor> parts = AdaptedLinears.parts(graph, config, group, all);
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      LinearLayer kind = group.members().get(i);
      results.add(AdaptedLinears.biased(graph, config, kind, layer, parts.get(i)));
    }
    return results;
  }

  @Override
  public Optional<Tensor> together(LinearGroup group, int layer, Tensor x) {
    boolean biased = group.members().stream().anyMatch(kind -> kind.hasBias(config.design()));
    return biased ? Optional.empty() : Optional.of(unbiased(group, layer, x));
  }

  private Tensor unbiased(LinearGroup group, int layer, Tensor x) {
    int in = group.inputWidth(config);
    int out = group.outputWidth(config);
    String rank = "R." + layer + "." + group;
    Tensor a = graph.input(group.loraA(layer), DataType.FLOAT32, rank, in);
    Tensor b = graph.input(group.loraB(layer), DataType.FLOAT32, out, rank);
    Tensor frozen =
        FrozenWeights.productWithoutMinima(graph, precision, group.weight(layer), out, x, in);
    return graph.matMulAdd(graph.matMul(x, a, false, true, 1), b, frozen);
  }
}
