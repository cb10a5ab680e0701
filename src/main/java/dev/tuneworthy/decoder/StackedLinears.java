package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.List;

/**
 * Linear layers for few rows at once, where the number of operators is what costs: each group has
 * one product with its frozen weights and one pair of narrow ones beside it, which adds the LoRAs
 * of all its members and whatever else has a low rank; see {@link StackedAdapter}.
 */
final class StackedLinears implements DecoderBlocks.Linears {
  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Precision precision;
  private final boolean together;

  /**
   * @param together whether queries, keys and values are left side by side
   */
  StackedLinears(GraphBuilder graph, ModelConfig config, Precision precision, boolean together) {
    this.graph = graph;
    this.config = config;
    this.precision = precision;
    this.together = together;
  }

  @Override
  public List<Tensor> apply(LinearGroup group, int layer, Tensor x) {
    Tensor all = unbiased(group, layer, x);
    if (together && group == LinearGroup.ATTENTION) {
      return List.of(all);
    }
    return AdaptedLinears.biasedParts(graph, config, group, layer, all);
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
