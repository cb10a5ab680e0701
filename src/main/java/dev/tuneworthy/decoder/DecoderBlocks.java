package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The stack of a Llama decoder over rows of tokens (Touvron et al. 2023): embedding, blocks of
 * grouped-query attention (Ainslie et al. 2023) and a gated feed-forward layer (Shazeer 2020), each
 * linear layer with a LoRA beside it (Hu et al. 2021), a last norm, and the head.
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
  private final Tensor ids;
  private final Tensor positions;
  private final Tensor scale;
  private final List<Tensor> parameters = new ArrayList<>();

  /** Adds the inputs that every job shares: token ids, positions and the scale of the adapter. */
  DecoderBlocks(GraphBuilder graph, ModelConfig config) {
    this.graph = graph;
    this.config = config;
    ids = graph.input(DecoderGraph.IDS, DataType.INT64, "N");
    positions = graph.input(DecoderGraph.POSITIONS, DataType.INT64, 1, "N");
    scale = graph.input(DecoderGraph.LORA_SCALE, DataType.FLOAT32, 1);
  }

  /** A and B of every layer, in the order of the layers. */
  List<Tensor> parameters() {
    return parameters;
  }

  /** The residual stream after the last block, [N, D]. */
  Tensor rows(Attention attention) {
    Tensor x = graph.gatherRows(embedding(), ids);
    for (int layer = 0; layer < config.layers(); layer++) {
      x = graph.add(x, attentionLayer(layer, x, attention));
      x = graph.add(x, feedForward(layer, x));
    }
    return x;
  }

  /** Logits [M, V] of chosen rows. */
  Tensor logits(Tensor rows, Tensor chosen) {
    Tensor normed = norm(graph.gatherRows(rows, chosen), "model.norm.weight");
    Tensor head =
        config.tiedEmbeddings()
            ? embedding()
            : graph.weight("lm_head.weight", config.vocabulary(), config.hidden());
    return graph.matMul(normed, head, false, true, 1);
  }

  private Tensor attentionLayer(int layer, Tensor x, Attention attention) {
    Tensor normed = norm(x, "model.layers." + layer + ".input_layernorm.weight");
    Tensor q = rotary(linear(LinearLayer.QUERY, layer, normed), config.heads());
    Tensor k = rotary(linear(LinearLayer.KEY, layer, normed), config.keyValueHeads());
    Tensor v = linear(LinearLayer.VALUE, layer, normed);
    return linear(LinearLayer.OUTPUT, layer, attention.attend(layer, q, k, v));
  }

  private Tensor feedForward(int layer, Tensor x) {
    Tensor normed = norm(x, "model.layers." + layer + ".post_attention_layernorm.weight");
    Tensor gate = graph.silu(linear(LinearLayer.GATE, layer, normed));
    Tensor up = linear(LinearLayer.UP, layer, normed);
    return linear(LinearLayer.DOWN, layer, graph.multiply(gate, up));
  }

  /** y = x Wᵀ + scale · (x Aᵀ) Bᵀ. */
  private Tensor linear(LinearLayer kind, int layer, Tensor x) {
    int in = kind.inputWidth(config);
    int out = kind.outputWidth(config);
    Tensor w = graph.weight(kind.weight(layer), out, in);
    Tensor a = graph.input(kind.loraA(layer), DataType.FLOAT32, "R", in);
    Tensor b = graph.input(kind.loraB(layer), DataType.FLOAT32, out, "R");
    parameters.add(a);
    parameters.add(b);
    Tensor base = graph.matMul(x, w, false, true, 1);
    Tensor narrow = graph.multiply(graph.matMul(x, a, false, true, 1), scale);
    return graph.matMulAdd(narrow, b, base);
  }

  private Tensor rotary(Tensor x, int heads) {
    int width = heads * config.headSize();
    Tensor cos = table(DecoderGraph.ROPE_COS);
    Tensor sin = table(DecoderGraph.ROPE_SIN);
    Tensor minusSin = table(DecoderGraph.ROPE_MINUS_SIN);
    Tensor wide = graph.reshape(x, graph.integers(1, -1, width), Shape.of(1, "N", width));
    Tensor turned = graph.rotary(wide, positions, cos, sin, minusSin, heads);
    return graph.reshape(turned, graph.integers(-1, width), Shape.of("N", width));
  }

  private Tensor table(String name) {
    return graph.weight(name, DecoderGraph.ropeRows(config), config.headSize() / 2);
  }

  private Tensor norm(Tensor x, String weight) {
    return graph.rmsNorm(x, graph.weight(weight, config.hidden()), config.rmsEpsilon());
  }

  private Tensor embedding() {
    return graph.weight(DecoderGraph.EMBEDDING, config.vocabulary(), config.hidden());
  }
}
