package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Linear layers that each have a LoRA beside them (Hu et al. 2021): y = x Wᵀ + bias + scale · (x
 * Aᵀ) Bᵀ. The A and B of each are inputs under their PEFT keys, so that they can be trained and an
 * adapter made active by ONNX Runtime itself.
 */
final class AdaptedLinears implements DecoderBlocks.Linears {
  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Precision precision;
  private final boolean trained;
  private final Tensor scale;
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<DecoderGraph.LinearTensors> added = new ArrayList<>();

  /**
   * Adds the scale of the adapter to the inputs.
   *
   * @param trained whether gradients will be wanted
   */
  AdaptedLinears(GraphBuilder graph, ModelConfig config, Precision precision, boolean trained) {
    this.graph = graph;
    this.config = config;
    this.precision = precision;
    this.trained = trained;
    scale = graph.input(DecoderGraph.LORA_SCALE, DataType.FLOAT32, 1);
  }

  /** A and B of every layer, in the order of the layers. */
  List<Tensor> parameters() {
    return parameters;
  }

  /** Every linear layer, in the order in which they were added. */
  List<DecoderGraph.LinearTensors> added() {
    return added;
  }

  @Override
  public List<Tensor> apply(LinearGroup group, int layer, Tensor x) {
    int in = group.inputWidth(config);
    int out = group.outputWidth(config);
    Tensor all = FrozenWeights.product(graph, precision, group.weight(layer), out, x, in, trained);
    List<Tensor> products = parts(graph, config, group, all);
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < products.size(); i++) {
      LinearLayer kind = group.members().get(i);
      added.add(new DecoderGraph.LinearTensors(kind, layer, x, products.get(i)));
      Tensor base = biased(graph, config, kind, layer, products.get(i));
      results.add(adapted(kind, layer, x, base));
    }
    return results;
  }

  private Tensor adapted(LinearLayer kind, int layer, Tensor x, Tensor base) {
    // Each module has a rank of its own: ONNX Runtime takes axes of one name to be of one length.
    String rank = "R." + layer + "." + kind;
    int in = kind.inputWidth(config);
    int out = kind.outputWidth(config);
    Tensor a = graph.input(kind.loraA(layer), DataType.FLOAT32, rank, in);
    Tensor b = graph.input(kind.loraB(layer), DataType.FLOAT32, out, rank);
    parameters.add(a);
    parameters.add(b);
    Tensor narrow = graph.multiply(graph.matMul(x, a, false, true, 1), scale);
    return graph.matMulAdd(narrow, b, base);
  }

  /** What a group yields [N, O], cut into what its members yield. */
  static List<Tensor> parts(GraphBuilder graph, ModelConfig config, LinearGroup group, Tensor all) {
    if (group.members().size() == 1) {
      return List.of(all);
    }
    long[] widths = group.members().stream().mapToLong(m -> m.outputWidth(config)).toArray();
    Object[] axes = group.members().stream().map(m -> m.outputWidth(config)).toArray();
    return graph.split(all, -1, graph.integers(widths), axes);
  }

  /** The same with what each member adds. */
  static List<Tensor> biasedParts(
      GraphBuilder graph, ModelConfig config, LinearGroup group, int layer, Tensor all) {
    List<Tensor> parts = parts(graph, config, group, all);
    return IntStream.range(0, parts.size())
        .mapToObj(i -> biased(graph, config, group.members().get(i), layer, parts.get(i)))
        .toList();
  }

  private static Tensor biased(
      GraphBuilder graph, ModelConfig config, LinearLayer kind, int layer, Tensor y) {
    return kind.hasBias(config.design())
        ? graph.add(y, graph.weight(kind.bias(layer), kind.outputWidth(config)))
        : y;
  }
}
