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
   * @param model {@code tokenizer.ggml.model}, {@code gpt2} for byte-level BPE
   * @param preTokenizer {@code tokenizer.ggml.pre}, the name of the splitting rule
   * @param tokens text of each token by id
   * @param types kind of each token by id: 1 normal, 2 unknown, 3 control, 4 user defined, 5
   *     unused, 6 byte
   * @param merges byte pair merges, best first, two tokens joined by a space
   */
  record GgufVocabulary(
      String model,
      String preTokenizer,
      List<String> tokens,
      List<Integer> types,
      List<String> merges,
      Optional<String> bosToken,
      Optional<String> eosToken)
      implements TokenizerSource {
    public GgufVocabulary {
      tokens = List.copyOf(tokens);
      types = List.copyOf(types);
      merges = List.copyOf(merges);
      if (types.size() != tokens.size()) {
        throw new IllegalArgumentException(
            types.size() + " token types for " + tokens.size() + " tokens");
      }
    }
  }
}
