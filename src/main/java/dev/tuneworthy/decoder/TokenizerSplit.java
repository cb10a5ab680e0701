package dev.tuneworthy.decoder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;

/**
 * The splitting rules that {@code tokenizer.ggml.pre} names, in the form of the original models'
 * {@code tokenizer.json}. A wrong rule gives plausible but different ids, so an unknown name is an
 * error.
 */
final class TokenizerSplit {
  /** From Llama 3's tokenizer.json: contractions, words, up to three digits, the rest. */
  private static final String LLAMA_3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** From Qwen2's tokenizer.json: as Llama 3, but every digit by itself. */
  private static final String QWEN_2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private TokenizerSplit() {}

  /**
   * Adds {@code pre_tokenizer}, and where need be {@code normalizer}, to a tokenizer.
   *
   * @return whether a piece that is a token as it stands skips the merges
   */
  static boolean write(String name, ObjectNode tokenizer) {
    ObjectNode rule = tokenizer.putObject("pre_tokenizer");
    switch (name) {
      case "gpt-2" -> TokenizerJson.byteLevel(rule);
      case "smollm" -> {
        ArrayNode steps = sequence(rule);
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        TokenizerJson.byteLevel(steps.addObject());
      }
      case "llama-bpe" -> {
        pattern(rule, LLAMA_3);
        return true;
      }
      case "qwen2" -> {
        pattern(rule, QWEN_2);
        tokenizer.putObject("normalizer").put("type", "NFC");
      }
      default ->
          throw ServiceException.of(
              ErrorCode.UNSUPPORTED_CHECKPOINT,
              "tokenizer.ggml.pre",
              "smollm, gpt-2, llama-bpe or qwen2",
              name,
              "Use the model's Hugging Face folder, whose tokenizer.json says how to split.");
    }
    return false;
  }

  /** Pieces that match a pattern, then bytes as printable characters. */
  private static void pattern(ObjectNode rule, String regex) {
    ArrayNode steps = sequence(rule);
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", regex);
    split.put("behavior", "Isolated").put("invert", false);
    ObjectNode bytes = steps.addObject();
    TokenizerJson.byteLevel(bytes);
    bytes.put("use_regex", false);
  }

  private static ArrayNode sequence(ObjectNode rule) {
    return rule.put("type", "Sequence").putArray("pretokenizers");
  }
}
