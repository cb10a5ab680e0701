package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.BlockDesign;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.Rotary;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stack of a decoder over rows of tokens (Touvron et al. 2023): embedding, blocks of
 * grouped-query attention (Ainslie et al. 2023) and a gated feed-forward layer (Shazeer 2020), each
 * linear layer with a LoRA beside it (Hu et al. 2021), a last norm, and the head. Where families
 * differ, the {@link BlockDesign} and the layers of the configuration say how.
 *
 * <p>Letters: N rows (tokens, all sequences one after the other), D model, H heads, K key-value
 * heads, d head size, F feed-forward, R rank, V vocabulary. How rows attend to each other is the
 * caller's {@link Attention}.
 */
final class DecoderBlocks {
  /** How the rows of one layer attend. */
  @FunctionalInterface
  interface Attention {
    /**
     * Mixes the values of the rows that each row sees.
     *
     * @param q queries [N, H·d], turned by their positions
     * @param k keys [N, K·d], turned by their positions
     * @param v values [N, K·d]
     * @return mixed values [N, H·d]
     */
    Tensor attend(int layer, Tensor q, Tensor k, Tensor v);
  }

  private final GraphBuilder graph;
  private final ModelConfig config;
  private final BlockDesign design;
  private final Precision precision;
  private final boolean trained;
  private final Tensor ids;
  private final Tensor positions;
  private final Tensor scale;
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<DecoderGraph.LinearTensors> linears = new ArrayList<>();

  /**
   * Adds the inputs that every job shares: token ids, positions and the scale of the adapter.
   *
   * @param trained whether gradients will be wanted
   */
  DecoderBlocks(GraphBuilder graph, ModelConfig config, Precision precision, boolean trained) {
    this.graph = graph;
    this.config = config;
    this.precision = precision;
    this.trained = trained;
    design = config.design();
    ids = graph.input(DecoderGraph.IDS, DataType.INT64, "N");
    positions = graph.input(DecoderGraph.POSITIONS, DataType.INT64, 1, "N");
    scale = graph.input(DecoderGraph.LORA_SCALE, DataType.FLOAT32, 1);
  }

  /** A and B of every layer, in the order of the layers. */
  List<Tensor> parameters() {
    return parameters;
  }

  /** Every linear layer, in the order in which they were added. */
  List<DecoderGraph.LinearTensors> linears() {
    return linears;
  }

  /**
   * Logits [M, V] of chosen rows. All rows reach the keys and values of the last block; what comes
   * after is computed for the chosen ones alone.
   */
  Tensor logits(Attention attention, Tensor chosen) {
    int vocabulary = config.vocabulary();
    int width = config.hidden();
    Tensor x =
        FrozenWeights.embedded(graph, precision, DecoderGraph.EMBEDDING, vocabulary, width, ids);
    if (design.embeddingScale() != 1) {
      x = graph.multiply(x, graph.scalar(design.embeddingScale()));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      Tensor mixed = mixed(layer, x, attention);
      if (layer == config.layers() - 1) {
        mixed = graph.gatherRows(mixed, chosen);
        x = graph.gatherRows(x, chosen);
      }
      x = graph.add(x, attentionOutput(layer, mixed));
      x = graph.add(x, feedForward(layer, x));
    }
    Tensor normed = norm(x, "model.norm.weight");
    String head = config.tiedEmbeddings() ? DecoderGraph.EMBEDDING : DecoderGraph.HEAD;
    return FrozenWeights.headProduct(graph, precision, head, vocabulary, normed, width);
  }

  /** What each row has gathered from the rows that it sees, [N, H·d]. */
  private Tensor mixed(int layer, Tensor x, Attention attention) {
    Tensor normed = norm(x, inBlock(layer, "input_layernorm"));
    Tensor q = linear(LinearLayer.QUERY, layer, normed);
    Tensor k = linear(LinearLayer.KEY, layer, normed);
    Tensor v = linear(LinearLayer.VALUE, layer, normed);
    if (design.queryKeyNorm()) {
      q = headNorm(q, inBlock(layer, "self_attn.q_norm"), config.heads());
      k = headNorm(k, inBlock(layer, "self_attn.k_norm"), config.keyValueHeads());
    }
    q = turned(q, layer, config.heads());
    k = turned(k, layer, config.keyValueHeads());
    return attention.attend(layer, q, k, v);
  }

  private Tensor attentionOutput(int layer, Tensor mixed) {
    Tensor out = linear(LinearLayer.OUTPUT, layer, mixed);
    return design.outputNorms() ? norm(out, inBlock(layer, "post_attention_layernorm")) : out;
  }

  private Tensor feedForward(int layer, Tensor x) {
    String before = design.outputNorms() ? "pre_feedforward_layernorm" : "post_attention_layernorm";
    Tensor normed = norm(x, inBlock(layer, before));
    Tensor gate = activation(linear(LinearLayer.GATE, layer, normed));
    Tensor up = linear(LinearLayer.UP, layer, normed);
    Tensor down = linear(LinearLayer.DOWN, layer, graph.multiply(gate, up));
    return design.outputNorms() ? norm(down, inBlock(layer, "post_feedforward_layernorm")) : down;
  }

  private Tensor activation(Tensor x) {
    return switch (design.activation()) {
      case SILU -> graph.silu(x);
      case GELU_TANH -> graph.geluTanh(x);
    };
  }

  /** y = x Wᵀ + bias + scale · (x Aᵀ) Bᵀ. */
  private Tensor linear(LinearLayer kind, int layer, Tensor x) {
    int in = kind.inputWidth(config);
    int out = kind.outputWidth(config);
    // Each module has a rank of its own: ONNX Runtime takes axes of one name to be of one length.
    String rank = "R." + layer + "." + kind;
    Tensor a = graph.input(kind.loraA(layer), DataType.FLOAT32, rank, in);
    Tensor b = graph.input(kind.loraB(layer), DataType.FLOAT32, out, rank);
    parameters.add(a);
    parameters.add(b);
    Tensor base = FrozenWeights.product(graph, precision, kind.weight(layer), out, x, in, trained);
    linears.add(new DecoderGraph.LinearTensors(kind, layer, x, base));
    if (kind.hasBias(design)) {
      base = graph.add(base, graph.weight(kind.bias(layer), out));
    }
    Tensor narrow = graph.multiply(graph.matMul(x, a, false, true, 1), scale);
    return graph.matMulAdd(narrow, b, base);
  }

  /** Queries or keys [N, heads · d] turned by their positions, where the layer turns them. */
  private Tensor turned(Tensor x, int layer, int heads) {
    Optional<Rotary> rotary = config.attention().get(layer).rotary();
    return rotary.isPresent() ? turned(x, rotary.get(), heads) : x;
  }

  private Tensor turned(Tensor x, Rotary rotary, int heads) {
    int width = heads * config.headSize();
    int index = config.rotaries().indexOf(rotary);
    Tensor cos = table(DecoderGraph.ropeCos(index));
    Tensor sin = table(DecoderGraph.ropeSin(index));
    Tensor minusSin = table(DecoderGraph.ropeMinusSin(index));
    Tensor wide = graph.reshape(x, graph.integers(1, -1, width), Shape.of(1, "N", width));
    Tensor turned = graph.rotary(wide, positions, cos, sin, minusSin, heads);
    return graph.reshape(turned, graph.integers(-1, width), Shape.of("N", width));
  }

  private Tensor table(String name) {
    return graph.weight(name, DecoderGraph.ropeRows(config), config.headSize() / 2);
  }

  /** y = x r (offset + w) over the whole width. */
  private Tensor norm(Tensor x, String name) {
    return graph.rmsNorm(x, normWeight(name, config.hidden()), config.rmsEpsilon());
  }

  /** Each head of [N, heads · d] normed by itself, all with one weight [d]. */
  private Tensor headNorm(Tensor x, String name, int heads) {
    int d = config.headSize();
    Tensor byHead = graph.reshape(x, graph.integers(-1, heads, d), Shape.of("N", heads, d));
    Tensor normed = graph.rmsNorm(byHead, normWeight(name, d), config.rmsEpsilon());
    return graph.reshape(normed, graph.integers(-1, heads * d), Shape.of("N", heads * d));
  }

  private Tensor normWeight(String name, int width) {
    Tensor weight = graph.weight(name, width);
    return design.normOffset() == 0 ? weight : graph.add(weight, graph.scalar(design.normOffset()));
  }

  private static String inBlock(int layer, String module) {
    return "model.layers." + layer + "." + module + ".weight";
  }
}
