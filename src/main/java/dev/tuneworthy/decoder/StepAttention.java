package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.LayerAttention;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Op;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Shape.Axis;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Attention of the next tokens of sequences to all before them, in one operator for each layer,
 * which also turns queries and keys and puts the new keys and values in their place. It takes one
 * token of each sequence, or several of one.
 */
final class StepAttention implements DecoderBlocks.Attention {
  /** ONNX Runtime's operator turns heads of a multiple of this size only. */
  private static final int TURNABLE = 16;

  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Tensor before;
  private final Tensor longest;
  private final Optional<Rotation> apart;

  /**
   * Adds the positions to the inputs where {@link #turnsApart}.
   *
   * @param before tokens of each sequence before its last one, [B]
   * @param longest tokens of the longest, [1]
   */
  StepAttention(GraphBuilder graph, ModelConfig config, Tensor before, Tensor longest) {
    this.graph = graph;
    this.config = config;
    this.before = before;
    this.longest = longest;
    apart = turnsApart(config) ? Optional.of(new Rotation(graph, config)) : Optional.empty();
  }

  /** Whether queries and keys are turned by an operator of their own. */
  static boolean turnsApart(ModelConfig config) {
    return config.headSize() % TURNABLE != 0;
  }

  /** Whether it wants queries, keys and values side by side: nothing is done to them before. */
  static boolean takesTogether(ModelConfig config) {
    boolean biased =
        LinearGroup.ATTENTION.members().stream().anyMatch(kind -> kind.hasBias(config.design()));
    return !turnsApart(config) && !config.design().queryKeyNorm() && !biased;
  }

  @Override
  public Tensor attend(int layer, List<Tensor> projected) {
    List<Tensor> turned =
        apart.map(rotation -> rotation.turned(layer, projected)).orElse(projected);
    List<Tensor> rows = turned.stream().map(this::bySequence).toList();
    LayerAttention seen = config.attention().get(layer);
    int heads = config.keyValueHeads();
    int d = config.headSize();
    List<Tensor> in = new ArrayList<>();
    in.add(graph.input(DecoderGraph.pastKey(layer), DataType.FLOAT32, "B", heads, "C", d));
    in.add(graph.input(DecoderGraph.pastValue(layer), DataType.FLOAT32, "B", heads, "C", d));
    in.add(before);
    in.add(longest);
    if (apart.isEmpty()) {
      seen.rotary().ifPresent(rotary -> in.addAll(Rotation.tables(graph, config, rotary)));
    }
    Op.GroupedAttention op =
        new Op.GroupedAttention(
            config.heads(),
            heads,
            config.design().attentionScale(),
            seen.sliding() ? config.window() : OptionalInt.empty(),
            rows.size());
    List<Tensor> out = graph.groupedAttention(op, rows, in);
    graph.output(DecoderGraph.presentKey(layer), out.get(1));
    graph.output(DecoderGraph.presentValue(layer), out.get(2));
    int width = config.queryWidth();
    return graph.reshape(out.get(0), graph.integers(-1, width), Shape.of("N", width));
  }

  /** [N, width] → [B, S, width]. */
  private Tensor bySequence(Tensor rows) {
    long width = ((Axis.Fixed) rows.shape().axis(1)).size();
    Tensor target = graph.joinIntegers(graph.lengthOf(before, 0), graph.integers(-1, width));
    return graph.reshape(rows, target, Shape.of("B", "S", width));
  }
}
