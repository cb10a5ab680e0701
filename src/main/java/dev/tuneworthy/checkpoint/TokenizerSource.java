package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a checkpoint says about its tokenizer; {@code decoder.Tokenizer} makes one from it. */
public sealed interface TokenizerSource {
  /** Text of the token that starts a sequence, as chat templates call {@code bos_token}. */
  Optional<String> bosToken();

  /** Text of the token that ends a sequence, as chat templates call {@code eos_token}. */
  Optional<String> eosToken();

  /** A {@code tokenizer.json} of Hugging Face tokenizers; whether it exists shows on reading it. */
  record HuggingFaceFile(Path file, Optional<String> bosToken, Optional<String> eosToken)
      implements TokenizerSource {}

  /**
   * The vocabulary in a GGUF file.
   *
   * @param model {@code tokenizer.ggml.model}, {@code gpt2} for byte-level BPE, {@code llama} for
   *     SentencePiece
   * @param preTokenizer {@code tokenizer.ggml.pre}, the name of the splitting rule
   * @param tokens text of each token by id
   * @param types kind of each token by id: 1 normal, 2 unknown, 3 control, 4 user defined, 5
   *     unused, 6 byte
   * @param scores of each token by id, the better merge higher; of a SentencePiece vocabulary only
   * @param merges byte pair merges, best first, two tokens joined by a space; of byte-level BPE
   *     only
   * @param spaceInFront whether a space is put before a text, as words inside it have one
   * @param startsWithBos whether a plain text begins with {@code bosToken}
   */
  record GgufVocabulary(
      String model,
      String preTokenizer,
      List<String> tokens,
      List<Integer> types,
      List<Double> scores,
      List<String> merges,
      boolean spaceInFront,
      boolean startsWithBos,
      Optional<String> bosToken,
      Optional<String> eosToken)
      implements TokenizerSource {
    public GgufVocabulary {
      tokens = List.copyOf(tokens);
      types = List.copyOf(types);
      scores = List.copyOf(scores);
      merges = List.copyOf(merges);
      if (types.size() != tokens.size()) {
        throw new IllegalArgumentException(
            types.size() + " token types for " + tokens.size() + " tokens");
      }
      if (!scores.isEmpty() && scores.size() != tokens.size()) {
        throw new IllegalArgumentException(
            scores.size() + " token scores for " + tokens.size() + " tokens");
      }
    }
  }
}
