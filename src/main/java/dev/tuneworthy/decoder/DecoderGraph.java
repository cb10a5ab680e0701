package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.Graph;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The jobs of the decoder as graphs.
 *
 * <p>Letters: B batch, S own tokens of each sequence in this run, P prefix tokens that the whole
 * batch shares, M rows whose logits are wanted, K, H, d, D, R, V as in {@link DecoderBlocks}.
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
  static final String BEFORE_LAST = "before_last";
  static final String LONGEST = "longest";
  static final String FREE = "free";
  static final String KEPT_ROWS = "kept_rows";
  static final String SHARED_ROWS = "shared_rows";
  public static final String HEAD_ROWS = "head_rows";
  public static final String PICKS = "picks";
  public static final String PICK_WEIGHTS = "pick_weights";
  public static final String BASE_LOG_PROBABILITIES = "base_log_probabilities";
  public static final String KL_ROWS = "kl_rows";
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

  /** The input of one of several batches that lie behind each other, counted from 0. */
  public static String ofBatch(String input, int place) {
    return place == 0 ? input : input + "." + place;
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

  static String presentKey(int layer) {
    return "present." + layer + ".key";
  }

  static String presentValue(int layer) {
    return "present." + layer + ".value";
  }

  /**
   * Batches that continue a prefix: scoring, and the prompts of a generation. Inputs: ids [B·S],
   * positions [1, B·S], own_mask [B, 1, S, S], batch [1], own [1], prefix keys and values [1, K, P,
   * d], head_rows [M], picks [L, 2], lora_scale [1], A and B of every linear layer; where layers
   * slide own_window [B, 1, S, S] and own_prefix_window [B, 1, S, P]. Outputs: picked [L] (log
   * probabilities), best [M], logits [M, V], present keys and values [K, B, S, d], which are this
   * run's own.
   */
  public static Graph inference(ModelConfig config, Precision precision) {
    GraphBuilder graph = new GraphBuilder();
    AdaptedLinears linears = new AdaptedLinears(graph, config, precision, false);
    DecoderBlocks blocks = new DecoderBlocks(graph, config, precision, linears);
    Tensor ids = graph.input(IDS, DataType.INT64, "N");
    Rotation rotation = new Rotation(graph, config);
    AttentionMath math = new AttentionMath(graph, config);
    AttentionMath.Rows rows =
        new AttentionMath.Rows(
            graph.input(BATCH, DataType.INT64, 1), graph.input(OWN, DataType.INT64, 1), "N", "");
    Sight sight = Sight.ofOwnRows(graph, config, "", "S", "P");
    Tensor chosen = graph.input(HEAD_ROWS, DataType.INT64, "M");
    DecoderBlocks.Attention attention =
        (layer, projected) -> {
          List<Tensor> turned = rotation.turned(layer, projected);
          AttentionMath.KeysValues prefix =
              new AttentionMath.KeysValues(
                  prefix(graph, config, prefixKey(layer)),
                  prefix(graph, config, prefixValue(layer)));
          AttentionMath.KeysValues own =
              new AttentionMath.KeysValues(
                  math.heads(turned.get(1), rows), math.heads(turned.get(2), rows));
          graph.output(presentKey(layer), own.keys());
          graph.output(presentValue(layer), own.values());
          return math.attend(
              turned.get(0), rows, own, sight.own(layer), sight.prefix(layer), Optional.of(prefix));
        };
    Tensor logits = blocks.logits(ids, attention, Optional.of(chosen));
    graph.output(LOGITS, logits);
    graph.output(BEST, graph.argMaxLast(logits));
    Tensor picks = graph.input(PICKS, DataType.INT64, "L", 2);
    graph.output(PICKED, graph.pick(graph.logSoftmax(logits), picks));
    return graph.build();
  }

  /** Keys or values of the prefix, fed as [1, K, P, d], as [K, 1, P, d]. */
  private static Tensor prefix(GraphBuilder graph, ModelConfig config, String name) {
    int k = config.keyValueHeads();
    int d = config.headSize();
    Tensor fed = graph.input(name, DataType.FLOAT32, 1, k, "P", d);
    Tensor target =
        graph.joinIntegers(graph.integers(k, 1), graph.lengthOf(fed, 2), graph.integers(d));
    return graph.reshape(fed, target, Shape.of(k, 1, "P", d));
  }

  /**
   * The next tokens of sequences, one of each or S of a single one, whose keys and values are
   * written in place. Inputs: ids [B·S], before_last [B] (int32, tokens of each sequence before its
   * last one), longest [1] (int32, tokens of the longest), keys and values [B, K, C, d] under the
   * names of past ones with room for C tokens, head_rows [M], stacked A and B of every group of
   * linear layers, and positions [1, B·S] where {@link StepAttention#turnsApart}. Outputs: best
   * [M], logits [M, V], present keys and values, which are to be the past ones' memory.
   */
  static Graph step(ModelConfig config, Precision precision) {
    GraphBuilder graph = new GraphBuilder();
    StackedLinears linears =
        new StackedLinears(graph, config, precision, StepAttention.takesTogether(config));
    DecoderBlocks blocks = new DecoderBlocks(graph, config, precision, linears);
    Tensor ids = graph.input(IDS, DataType.INT64, "N");
    Tensor before = graph.input(BEFORE_LAST, DataType.INT32, "B");
    Tensor longest = graph.input(LONGEST, DataType.INT32, 1);
    Tensor chosen = graph.input(HEAD_ROWS, DataType.INT64, "M");
    StepAttention attention = new StepAttention(graph, config, before, longest);
    Tensor logits = blocks.logits(ids, attention, Optional.of(chosen));
    graph.output(LOGITS, logits);
    graph.output(BEST, graph.argMaxLast(logits));
    return graph.build();
  }

  /**
   * Makes room for sequences that are to be continued. Inputs: prefix keys and values [1, K, P, d],
   * own ones under the names of past ones [K, B, S, d], kept_rows [A], the sequences to continue,
   * shared_rows [A], zeros, and free [1], for how many more tokens. Outputs: present keys and
   * values [A, K, P + S + free, d].
   */
  static Graph opening(ModelConfig config) {
    GraphBuilder graph = new GraphBuilder();
    int k = config.keyValueHeads();
    int d = config.headSize();
    Tensor rows = graph.input(KEPT_ROWS, DataType.INT64, "A");
    Tensor shared = graph.input(SHARED_ROWS, DataType.INT64, "A");
    Tensor free = graph.input(FREE, DataType.INT64, 1);
    Tensor target =
        graph.joinIntegers(graph.lengthOf(rows, 0), graph.integers(k), free, graph.integers(d));
    Tensor room = graph.zeros(target, Shape.of("A", k, "F", d));
    for (int layer = 0; layer < config.layers(); layer++) {
      List<String> prefixes = List.of(prefixKey(layer), prefixValue(layer));
      List<String> owns = List.of(pastKey(layer), pastValue(layer));
      List<String> presents = List.of(presentKey(layer), presentValue(layer));
      for (int i = 0; i < 2; i++) {
        Tensor prefix = graph.input(prefixes.get(i), DataType.FLOAT32, 1, k, "P", d);
        Tensor own = graph.input(owns.get(i), DataType.FLOAT32, k, "B", "S", d);
        graph.output(
            presents.get(i),
            graph.concat(
                2,
                "PSF",
                graph.gatherRows(prefix, shared),
                graph.gatherRows(graph.transpose(own, 1, 0, 2, 3), rows),
                room));
      }
    }
    return graph.build();
  }

  /**
   * Lets go of sequences. Inputs: past keys and values [B, K, C, d], kept_rows [A]. Outputs:
   * present ones [A, K, C, d].
   */
  static Graph keeping(ModelConfig config) {
    GraphBuilder graph = new GraphBuilder();
    int k = config.keyValueHeads();
    int d = config.headSize();
    Tensor rows = graph.input(KEPT_ROWS, DataType.INT64, "A");
    for (int layer = 0; layer < config.layers(); layer++) {
      List<String> pasts = List.of(pastKey(layer), pastValue(layer));
      List<String> presents = List.of(presentKey(layer), presentValue(layer));
      for (int i = 0; i < 2; i++) {
        Tensor past = graph.input(pasts.get(i), DataType.FLOAT32, "B", k, "C", d);
        graph.output(presents.get(i), graph.gatherRows(past, rows));
      }
    }
    return graph.build();
  }

  /**
   * The forward half of a training step.
   *
   * @param loss a scalar
   * @param parameters what it is to be differentiated by
   */
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
    return training(config, precision, 1, false);
  }

  /**
   * The same over several batches, each with a prefix of its own: the rows of one lie behind those
   * of the other, and prefix, batch, own and the masks are inputs of each, see {@link #ofBatch}.
   * Where asked, Σ weight · KL(base ‖ tuned) is added to the loss. Further inputs then are kl_rows
   * [L], which of the M rows are held to the model without the adapter, base_log_probabilities [L,
   * V], what that says there, and kl_weights [L, 1]. L may be 0.
   */
  public static Training training(
      ModelConfig config, Precision precision, int batches, boolean heldToBase) {
    GraphBuilder graph = new GraphBuilder();
    AdaptedLinears linears = new AdaptedLinears(graph, config, precision, true);
    return training(graph, linears, config, precision, batches, heldToBase);
  }

  private static Training training(
      GraphBuilder graph,
      AdaptedLinears linears,
      ModelConfig config,
      Precision precision,
      int batches,
      boolean heldToBase) {
    DecoderBlocks blocks = new DecoderBlocks(graph, config, precision, linears);
    Tensor ids = graph.input(IDS, DataType.INT64, "N");
    SharedPrefixAttention attention = new SharedPrefixAttention(graph, config, batches);
    Tensor chosen = graph.input(HEAD_ROWS, DataType.INT64, "M");
    Tensor logits = blocks.logits(ids, attention::attend, Optional.of(chosen));
    Tensor picks = graph.input(PICKS, DataType.INT64, "M", 2);
    Tensor weights = graph.input(PICK_WEIGHTS, DataType.FLOAT32, "M");
    Tensor logProbabilities = graph.logSoftmax(logits);
    Tensor picked = graph.pick(logProbabilities, picks);
    Tensor loss = graph.negate(graph.sumAll(graph.multiply(picked, weights)));
    if (heldToBase) {
      loss = graph.add(loss, divergence(graph, config, logProbabilities));
    }
    graph.output(LOSS, loss);
    return new Training(graph, loss, List.copyOf(linears.parameters()));
  }

  /**
   * Σ_l weight_l Σ_v p_lv (log p_lv − log q_lv), with p the base model and q the tuned one
   * (Kullback and Leibler 1951); summed over the whole vocabulary, so that the gradient with
   * respect to the logits is weight · (q − p).
   */
  private static Tensor divergence(GraphBuilder graph, ModelConfig config, Tensor tuned) {
    Tensor rows = graph.input(KL_ROWS, DataType.INT64, "L");
    Tensor base = graph.input(BASE_LOG_PROBABILITIES, DataType.FLOAT32, "L", config.vocabulary());
    Tensor weights = graph.input(KL_WEIGHTS, DataType.FLOAT32, "L", 1);
    Tensor held = graph.gatherRows(tuned, rows);
    Tensor each = graph.multiply(graph.exp(base), graph.subtract(base, held));
    return graph.sumAll(graph.multiply(graph.sumLast(each), weights));
  }

  /**
   * What the model without an adapter says at the chosen rows of a training batch: the forward half
   * of {@link #training} with its inputs, but for the picks and the adapter. Output:
   * base_log_probabilities [M, V], natural logarithms.
   */
  public static Graph withoutAdapter(ModelConfig config, Precision precision) {
    GraphBuilder graph = new GraphBuilder();
    FrozenLinears linears = new FrozenLinears(graph, config, precision);
    DecoderBlocks blocks = new DecoderBlocks(graph, config, precision, linears);
    Tensor ids = graph.input(IDS, DataType.INT64, "N");
    SharedPrefixAttention attention = new SharedPrefixAttention(graph, config, 1);
    Tensor chosen = graph.input(HEAD_ROWS, DataType.INT64, "M");
    Tensor logits = blocks.logits(ids, attention::attend, Optional.of(chosen));
    graph.output(BASE_LOG_PROBABILITIES, graph.logSoftmax(logits));
    return graph.build();
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
    AdaptedLinears linears = new AdaptedLinears(graph, config, precision, true);
    Training training = training(graph, linears, config, precision, 1, false);
    return new Sensitivity(graph, training.loss(), linears.added());
  }
}
