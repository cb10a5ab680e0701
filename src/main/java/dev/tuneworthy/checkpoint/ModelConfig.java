package dev.tuneworthy.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * The numbers that define a decoder-only transformer.
 *
 * @param architecture the family in lower case, {@code llama}
 * @param vocabulary number of token ids, V
 * @param hidden width of the residual stream, D
 * @param intermediate width of the feed-forward layer, F
 * @param layers number of blocks
 * @param heads number of query heads, H
 * @param keyValueHeads number of key and value heads, K; divides {@code heads}
 * @param headSize width of one head; even, because rotary embedding turns pairs
 * @param ropeTheta base of the rotary frequencies
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
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    double ropeTheta,
    double rmsEpsilon,
    int contextLength,
    boolean tiedEmbeddings,
    OptionalInt bosId,
    List<Integer> endOfTurnIds) {
  public ModelConfig {
    positive("vocabulary", vocabulary);
    positive("hidden", hidden);
    positive("intermediate", intermediate);
    positive("layers", layers);
    positive("heads", heads);
    positive("keyValueHeads", keyValueHeads);
    positive("headSize", headSize);
    positive("contextLength", contextLength);
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "keyValueHeads " + keyValueHeads + " does not divide heads " + heads);
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException("headSize " + headSize + " is odd");
    }
    if (!(ropeTheta > 0 && Double.isFinite(ropeTheta))) {
      throw new IllegalArgumentException("ropeTheta " + ropeTheta + " is not positive");
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
