package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.BlockDesign;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The stack of a decoder over rows of tokens (Touvron et al. 2023): embedding, blocks of
 * grouped-query attention (Ainslie et al. 2023) and a gated feed-forward layer (Shazeer 2020), a
 * last norm, and the head. Where families differ, the {@link BlockDesign} and the layers of the
 * configuration say how.
 *
 * <p>Letters: N rows (tokens, all sequences one after the other), D model, H heads, K key-value
 * heads, d head size, F feed-forward, R rank, V vocabulary. How rows attend to each other is the
 * caller's {@link Attention}, what adapts the linear layers its {@link Linears}.
 */
final class DecoderBlocks {
  /** How the rows of one layer attend. */
  @FunctionalInterface
  interface Attention {
    /**
     * Mixes the values of the rows that each row sees.
     *
     * @param projected queries [N, H·d] and keys [N, K·d], neither turned by their positions yet,
     *     and values [N, K·d]; or one tensor, where {@link Linears} left the three side by side
     * @return mixed values [N, H·d]
     */
    Tensor attend(int layer, List<Tensor> projected);
  }

  /** What the linear layers of a group yield. */
  @FunctionalInterface
  interface Linears {
    /**
     * Adds the layers of a group, with whatever adapts them.
     *
     * @param x rows that all of them are given, [N, I]
     * @return for each member of the group [N, O]; or one tensor, where they are left side by side
     */
    List<Tensor> apply(LinearGroup group, int layer, Tensor x);
  }

  private final GraphBuilder graph;
  private final ModelConfig config;
  private final BlockDesign design;
  private final Precision precision;
  private final Linears linears;

  DecoderBlocks(GraphBuilder graph, ModelConfig config, Precision precision, Linears linears) {
    this.graph = graph;
    this.config = config;
    this.precision = precision;
    this.linears = linears;
    design = config.design();
  }

  /**
   * Logits [M, V] of chosen rows, or of all. All rows reach the keys and values of the last block;
   * what comes after is computed for the chosen ones alone.
   *
   * @param ids token ids [N]
   */
  Tensor logits(Tensor ids, Attention attention, Optional<Tensor> chosen) {
    int vocabulary = config.vocabulary();
    int width = config.hidden();
    Tensor x =
        FrozenWeights.embedded(graph, precision, DecoderGraph.EMBEDDING, vocabulary, width, ids);
    if (design.embeddingScale() != 1) {
      x = graph.multiply(x, graph.scalar(design.embeddingScale()));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      Tensor mixed = mixed(layer, x, attention);
      if (layer == config.layers() - 1 && chosen.isPresent()) {
        mixed = graph.gatherRows(mixed, chosen.get());
        x = graph.gatherRows(x, chosen.get());
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
    List<Tensor> projected = linears.apply(LinearGroup.ATTENTION, layer, normed);
    if (design.queryKeyNorm()) {
      Tensor q = headNorm(projected.get(0), inBlock(layer, "self_attn.q_norm"), config.heads());
      String keyNorm = inBlock(layer, "self_attn.k_norm");
      Tensor k = headNorm(projected.get(1), keyNorm, config.keyValueHeads());
      projected = List.of(q, k, projected.get(2));
    }
    return attention.attend(layer, projected);
  }

  private Tensor attentionOutput(int layer, Tensor mixed) {
    Tensor out = linears.apply(LinearGroup.ATTENTION_OUTPUT, layer, mixed).get(0);
    return design.outputNorms() ? norm(out, inBlock(layer, "post_attention_layernorm")) : out;
  }

  private Tensor feedForward(int layer, Tensor x) {
    String before = design.outputNorms() ? "pre_feedforward_layernorm" : "post_attention_layernorm";
    Tensor normed = norm(x, inBlock(layer, before));
    List<Tensor> gateAndUp = linears.apply(LinearGroup.FEED_FORWARD, layer, normed);
    Tensor inner = graph.multiply(activation(gateAndUp.get(0)), gateAndUp.get(1));
    Tensor down = linears.apply(LinearGroup.FEED_FORWARD_OUTPUT, layer, inner).get(0);
    return design.outputNorms() ? norm(down, inBlock(layer, "post_feedforward_layernorm")) : down;
  }

  private Tensor activation(Tensor x) {
    return switch (design.activation()) {
      case SILU -> graph.silu(x);
      case GELU_TANH -> graph.geluTanh(x);
    };
  }

  /** y = x r w over the whole width. */
  private Tensor norm(Tensor x, String name) {
    return graph.rmsNorm(x, graph.weight(name, config.hidden()), config.rmsEpsilon());
  }

  /** Each head of [N, heads · d] normed by itself, all with one weight [d]. */
  private Tensor headNorm(Tensor x, String name, int heads) {
    int d = config.headSize();
    Tensor byHead = graph.reshape(x, graph.integers(-1, heads, d), Shape.of("N", heads, d));
    Tensor normed = graph.rmsNorm(byHead, graph.weight(name, d), config.rmsEpsilon());
    return graph.reshape(normed, graph.integers(-1, heads * d), Shape.of("N", heads * d));
  }

  private static String inBlock(int layer, String module) {
    return "model.layers." + layer + "." + module + ".weight";
  }
}
