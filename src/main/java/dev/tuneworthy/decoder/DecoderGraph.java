package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.Graph;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The jobs of the decoder as graphs.
 *
 * <p>Letters: B batch, S own tokens of each sequence in this run, C and Q own tokens of earlier
 * runs, T = C + Q + S, P prefix tokens that the whole batch shares, M rows whose logits are wanted,
 * K, H, d, D, R, V as in {@link DecoderBlocks}.
 */
public final class DecoderGraph {
  public static final String IDS = "ids";
  public static final String POSITIONS = "positions";
  public static final String LORA_SCALE = "lora_scale";
  public static final String BATCH = "batch";
  public static final String OWN = "own";
  public static final String OWN_MASK = "own_mask";
  public static final String PREFIX = "prefix";
  public static final String PREFIX_MASK = "prefix_mask";
  static final String KEPT_ROWS = "kept_rows";
  public static final String HEAD_ROWS = "head_rows";
  public static final String PICKS = "picks";
  public static final String PICK_WEIGHTS = "pick_weights";
  public static final String BASE_LOG_PROBABILITIES = "base_log_probabilities";
  public static final String KL_WEIGHTS = "kl_weights";

  public static final String PICKED = "picked";
  public static final String BEST = "best";
  public static final String LOGITS = "logits";
  public static final String LOSS = "loss";

  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String HEAD = "lm_head.weight";

  /** What sliding layers add to the scores instead of the masks above; see {@link Sight}. */
  public static final String OWN_WINDOW = "own_window";

  public static final String PREFIX_WINDOW = "prefix_window";
  public static final String OWN_PREFIX_WINDOW = "own_prefix_window";

  /** ONNX Runtime's rotary operator wants its table at least as long as the rows of one run. */
  private static final int LEAST_ROPE_ROWS = 4096;

  private DecoderGraph() {}

  static int ropeRows(ModelConfig config) {
    return Math.max(LEAST_ROPE_ROWS, config.contextLength());
  }

  /** Tables of a rotary embedding, by its place in {@link ModelConfig#rotaries}. */
  static String ropeCos(int rotary) {
    return "rope." + rotary + ".cos";
  }

  static String ropeSin(int rotary) {
    return "rope." + rotary + ".sin";
  }

  static String ropeMinusSin(int rotary) {
    return "rope." + rotary + ".minus_sin";
  }

  static String prefixKey(int layer) {
    return "prefix." + layer + ".key";
  }

  static String prefixValue(int layer) {
    return "prefix." + layer + ".value";
  }

  static String pastKey(int layer) {
    return "past." + layer + ".key";
  }

  static String pastValue(int layer) {
    return "past." + layer + ".value";
  }

  static String recentKey(int layer) {
    return "recent." + layer + ".key";
  }

  static String recentValue(int layer) {
    return "recent." + layer + ".value";
  }

  static String presentKey(int layer) {
    return "present." + layer + ".key";
  }

  static String presentValue(int layer) {
    return "present." + layer + ".value";
  }

  /**
   * Prefill, scoring and decoding in one graph. Inputs: ids [B·S], positions [1, B·S], own_mask [B,
   * 1, S, T], batch [1], own [1], prefix keys and values [K, 1, P, d], past keys and values [K, B,
   * C, d], recent ones [K, B, Q, d], head_rows [M], picks [L, 2], lora_scale [1], A and B of every
   * linear layer; where layers slide own_window [B, 1, S, T] and own_prefix_window [B, 1, S, P].
   * Outputs: picked [L] (log probabilities), best [M], logits [M, V], present keys and values [K,
   * B, Q + S, d]: the recent ones with this run's own. Past ones are only read, so that a step of a
   * generation does not copy them.
   */
  public static Graph inference(ModelConfig config, Precision precision) {
    GraphBuilder graph = new GraphBuilder();
    DecoderBlocks blocks = new DecoderBlocks(graph, config, precision, false);
    AttentionMath math = new AttentionMath(graph, config);
    AttentionMath.Rows rows =
        new AttentionMath.Rows(
            graph.input(BATCH, DataType.INT64, 1), graph.input(OWN, DataType.INT64, 1), "N", "");
    Sight sight = Sight.ofOwnRows(graph, config, "T", "P");
    int k = config.keyValueHeads();
    int d = config.headSize();
    Tensor chosen = graph.input(HEAD_ROWS, DataType.INT64, "M");
    Tensor logits =
        blocks.logits(
            (layer, q, keys, values) -> {
              AttentionMath.KeysValues prefix =
                  new AttentionMath.KeysValues(
                      graph.input(prefixKey(layer), DataType.FLOAT32, k, 1, "P", d),
                      graph.input(prefixValue(layer), DataType.FLOAT32, k, 1, "P", d));
              AttentionMath.KeysValues past =
                  new AttentionMath.KeysValues(
                      graph.input(pastKey(layer), DataType.FLOAT32, k, "B", "C", d),
                      graph.input(pastValue(layer), DataType.FLOAT32, k, "B", "C", d));
              Tensor recentKeys = graph.input(recentKey(layer), DataType.FLOAT32, k, "B", "Q", d);
              Tensor recentValues =
                  graph.input(recentValue(layer), DataType.FLOAT32, k, "B", "Q", d);
              AttentionMath.KeysValues present =
                  new AttentionMath.KeysValues(
                      graph.concat(2, "QS", recentKeys, math.heads(keys, rows)),
                      graph.concat(2, "QS", recentValues, math.heads(values, rows)));
              graph.output(presentKey(layer), present.keys());
              graph.output(presentValue(layer), present.values());
              return math.attend(
                  q,
                  rows,
                  List.of(past, present),
                  sight.own(layer),
                  sight.prefix(layer),
                  Optional.of(prefix));
            },
            chosen);
    graph.output(LOGITS, logits);
    graph.output(BEST, graph.argMaxLast(logits));
    Tensor picks = graph.input(PICKS, DataType.INT64, "L", 2);
    graph.output(PICKED, graph.pick(graph.logSoftmax(logits), picks));
    return graph.build();
  }

  /**
   * Joins what a generation has computed, and drops the sequences that have ended. Inputs: past [K,
   * B, C, d] and recent [K, B, Q, d] keys and values of every layer, rows [A] of the sequences to
   * keep. Outputs: present [K, A, C + Q, d].
   */
  static Graph settling(ModelConfig config) {
    GraphBuilder graph = new GraphBuilder();
    int k = config.keyValueHeads();
    int d = config.headSize();
    Tensor rows = graph.input(KEPT_ROWS, DataType.INT64, "A");
    for (int layer = 0; layer < config.layers(); layer++) {
      List<String> past = List.of(pastKey(layer), pastValue(layer));
      List<String> recent = List.of(recentKey(layer), recentValue(layer));
      List<String> present = List.of(presentKey(layer), presentValue(layer));
      for (int i = 0; i < 2; i++) {
        Tensor before = graph.input(past.get(i), DataType.FLOAT32, k, "B", "C", d);
        Tensor after = graph.input(recent.get(i), DataType.FLOAT32, k, "B", "Q", d);
        graph.output(
            present.get(i),
            graph.concat(2, "CQ", graph.gather(before, 1, rows), graph.gather(after, 1, rows)));
      }
    }
    return graph.build();
  }

  /** The forward half of a training step: the loss, and what it is to be differentiated by. */
  public record Training(GraphBuilder graph, Tensor loss, List<Tensor> parameters) {}

  /**
   * Forward pass and loss of a LoRA step. The P tokens that all sequences of the batch start with
   * are computed once: rows are the prefix, then B sequences of S own tokens, N = P + B·S. Inputs:
   * ids [N], positions [1, N], prefix [1], batch [1], own [1], prefix_mask [1, 1, P, P], own_mask
   * [B, 1, S, S], head_rows [M], picks [M, 2], pick_weights [M], lora_scale [1] (α/r), A and B of
   * every linear layer; where layers slide prefix_window [1, 1, P, P], own_window [B, 1, S, S] and
   * own_prefix_window [B, 1, S, P]. The loss is −Σ weight · log p over the picks, a scalar.
   */
  public static Training training(ModelConfig config, Precision precision) {
    return training(config, precision, false);
  }

  /**
   * The same, where asked with Σ weight · KL(base ‖ tuned) added to the loss. Further inputs then
   * are base_log_probabilities [M, V], what the model without the adapter says at the rows whose
   * logits are wanted, and kl_weights [M, 1], 0 for a row that is not held to it.
   */
  public static Training training(ModelConfig config, Precision precision, boolean heldToBase) {
    GraphBuilder graph = new GraphBuilder();
    DecoderBlocks blocks = new DecoderBlocks(graph, config, precision, true);
    return training(graph, blocks, config, heldToBase);
  }

  private static Training training(
      GraphBuilder graph, DecoderBlocks blocks, ModelConfig config, boolean heldToBase) {
    SharedPrefixAttention attention = new SharedPrefixAttention(graph, config);
    Tensor chosen = graph.input(HEAD_ROWS, DataType.INT64, "M");
    Tensor logits = blocks.logits(attention::attend, chosen);
    Tensor picks = graph.input(PICKS, DataType.INT64, "M", 2);
    Tensor weights = graph.input(PICK_WEIGHTS, DataType.FLOAT32, "M");
    Tensor logProbabilities = graph.logSoftmax(logits);
    Tensor picked = graph.pick(logProbabilities, picks);
    Tensor loss = graph.negate(graph.sumAll(graph.multiply(picked, weights)));
    if (heldToBase) {
      loss = graph.add(loss, divergence(graph, config, logProbabilities));
    }
    graph.output(LOSS, loss);
    return new Training(graph, loss, List.copyOf(blocks.parameters()));
  }

  /**
   * Σ_m weight_m Σ_v p_mv (log p_mv − log q_mv), with p the base model and q the tuned one
   * (Kullback and Leibler 1951); summed over the whole vocabulary, so that the gradient with
   * respect to the logits is weight · (q − p).
   */
  private static Tensor divergence(GraphBuilder graph, ModelConfig config, Tensor tuned) {
    Tensor base = graph.input(BASE_LOG_PROBABILITIES, DataType.FLOAT32, "M", config.vocabulary());
    Tensor weights = graph.input(KL_WEIGHTS, DataType.FLOAT32, "M", 1);
    Tensor each = graph.multiply(graph.exp(base), graph.subtract(base, tuned));
    return graph.sumAll(graph.multiply(graph.sumLast(each), weights));
  }

  /**
   * Forward and backward pass of plain sequences, for the gradient with respect to every linear
   * weight W [O, I] in two factors: with x [N, I] what the layer is given and δ [N, O] the gradient
   * of the loss with respect to what it yields, dW = δᵀ x. The inputs are those of {@link
   * #training(ModelConfig, Precision)}.
   *
   * @param loss as there
   * @param linears every linear layer
   */
  public record Sensitivity(GraphBuilder graph, Tensor loss, List<LinearTensors> linears) {
    public Sensitivity {
      linears = List.copyOf(linears);
    }
  }

  /** What one linear layer is given, x [N, I], and x Wᵀ, [N, O]. */
  public record LinearTensors(LinearLayer kind, int layer, Tensor input, Tensor product) {}

  /** See {@link Sensitivity}. */
  public static Sensitivity sensitivity(ModelConfig config, Precision precision) {
    GraphBuilder graph = new GraphBuilder();
    DecoderBlocks blocks = new DecoderBlocks(graph, config, precision, true);
    Training training = training(graph, blocks, config, false);
    return new Sensitivity(graph, training.loss(), blocks.linears());
  }
}
