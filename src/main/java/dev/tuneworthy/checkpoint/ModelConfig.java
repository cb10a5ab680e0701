package dev.tuneworthy.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * What defines a decoder-only transformer: its numbers, how its blocks are built, and how each
 * layer attends. The graph, the tensors and the gradients follow from it; nothing asks for the
 * family's name.
 *
 * @param architecture the family in lower case, {@code llama}
 * @param vocabulary number of token ids, V
 * @param hidden width of the residual stream, D
 * @param intermediate width of the feed-forward layer, F
 * @param heads number of query heads, H
 * @param keyValueHeads number of key and value heads, K; divides {@code heads}
 * @param headSize width of one head; even, because rotary embedding turns pairs
 * @param attention how each layer attends, first layer first
 * @param design what all blocks are built of
 * @param window how many tokens, itself included, a row of a sliding layer sees
 * @param rmsEpsilon added to the mean square in every RMS normalisation
 * @param contextLength most tokens of prompt and answer together
 * @param tiedEmbeddings whether the output layer is the embedding table
 * @param bosId token that a text may start with; the chat template or the caller adds it
 * @param endOfTurnIds tokens that end an answer, in ascending order
 */
public record ModelConfig(
    String architecture,
    int vocabulary,
    int hidden,
    int intermediate,
    int heads,
    int keyValueHeads,
    int headSize,
    List<LayerAttention> attention,
    BlockDesign design,
    OptionalInt window,
    double rmsEpsilon,
    int contextLength,
    boolean tiedEmbeddings,
    OptionalInt bosId,
    List<Integer> endOfTurnIds) {
  /**
   * Positions that are held ready, which bounds the rotary tables. No machine that this runs on
   * attends over more.
   */
  private static final int MOST_CONTEXT = 1 << 16;

  /** Bounds the rotary tables too; published models have 32 to 256. */
  private static final int MOST_HEAD_SIZE = 512;

  public ModelConfig {
    positive("vocabulary", vocabulary);
    positive("hidden", hidden);
    positive("intermediate", intermediate);
    positive("heads", heads);
    positive("keyValueHeads", keyValueHeads);
    positive("headSize", headSize);
    positive("contextLength", contextLength);
    if (headSize > MOST_HEAD_SIZE || heads > Integer.MAX_VALUE / headSize) {
      throw new IllegalArgumentException(
          heads + " heads of size " + headSize + ", which is more than " + MOST_HEAD_SIZE);
    }
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "keyValueHeads " + keyValueHeads + " does not divide heads " + heads);
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException("headSize " + headSize + " is odd");
    }
    attention = List.copyOf(attention);
    positive("layers", attention.size());
    for (LayerAttention layer : attention) {
      layer.rotary().ifPresent(rotary -> rotary.check(headSize));
    }
    if (window.isPresent()) {
      positive("window", window.getAsInt());
    } else if (attention.stream().anyMatch(LayerAttention::sliding)) {
      throw new IllegalArgumentException("a layer slides, but there is no window");
    }
    if (!(rmsEpsilon > 0 && rmsEpsilon < 1)) {
      throw new IllegalArgumentException("rmsEpsilon " + rmsEpsilon + " is not between 0 and 1");
    }
    endOfTurnIds = endOfTurnIds.stream().distinct().sorted().toList();
    for (int id : endOfTurnIds) {
      token("endOfTurnIds", id, vocabulary);
    }
    bosId.ifPresent(id -> token("bosId", id, vocabulary));
  }

  /** What of a declared context is used; some models declare millions of tokens. */
  static int usableContext(int declared) {
    return Math.min(declared, MOST_CONTEXT);
  }

  /** Number of blocks. */
  public int layers() {
    return attention.size();
  }

  /** Whether any layer sees a window of the sequence only. */
  public boolean slides() {
    return attention.stream().anyMatch(LayerAttention::sliding);
  }

  /** The rotary embeddings that layers use, each once, in the order in which layers name them. */
  public List<Rotary> rotaries() {
    return attention.stream().flatMap(layer -> layer.rotary().stream()).distinct().toList();
  }

  /** Query rows of one block: heads × headSize, which need not equal {@code hidden}. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Key (and value) rows of one block: keyValueHeads × headSize. */
  public int keyValueWidth() {
    return keyValueHeads * headSize;
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
  }

  private static void token(String name, int id, int vocabulary) {
    if (id < 0 || id >= vocabulary) {
      throw new IllegalArgumentException(
          name + " " + id + " is outside the vocabulary of " + vocabulary);
    }
  }
}
