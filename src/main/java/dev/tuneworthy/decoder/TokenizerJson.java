package dev.tuneworthy.decoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.checkpoint.TokenizerSource;
import dev.tuneworthy.checkpoint.TokenizerSource.GgufVocabulary;
import dev.tuneworthy.checkpoint.TokenizerSource.HuggingFaceFile;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A {@code tokenizer.json} for the tokenizers library: a file's own, or made of GGUF metadata. */
final class TokenizerJson {
  private static final int MAX_BYTES = 1 << 27;

  /** Ids above this no model has; a table of all would not fit. */
  private static final int MAX_TOKENS = 1 << 22;

  /** Kinds of tokens in GGUF. */
  static final int NORMAL = 1;

  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final String where;
  private final byte[] bytes;
  private final int vocabulary;
  private final Map<String, Integer> specialTokens;
  private final Optional<String> beginning;

  private TokenizerJson(
      String where,
      byte[] bytes,
      int vocabulary,
      Map<String, Integer> specialTokens,
      Optional<String> beginning) {
    this.beginning = beginning;
    this.where = where;
    this.bytes = bytes;
    this.vocabulary = vocabulary;
    this.specialTokens = Collections.unmodifiableMap(specialTokens);
  }

  static TokenizerJson of(TokenizerSource source) {
    if (source instanceof HuggingFaceFile file) {
      return read(file.file());
    }
    return build((GgufVocabulary) source);
  }

  String where() {
    return where;
  }

  byte[] bytes() {
    return bytes;
  }

  int vocabulary() {
    return vocabulary;
  }

  /** Text and id of each special token. */
  Map<String, Integer> specialTokens() {
    return specialTokens;
  }

  /** The special token that a plain text begins with, by its text. */
  Optional<String> beginning() {
    return beginning;
  }

  private static TokenizerJson read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw bad(file.toString(), "at most " + MAX_BYTES + " bytes", "" + size);
      }
      byte[] bytes = Files.readAllBytes(file);
      JsonNode root = MAPPER.readTree(bytes);
      JsonNode vocabulary = root.path("model").path("vocab");
      if (vocabulary.isEmpty()) {
        throw bad(file.toString(), "model.vocab with tokens", "none");
      }
      int most = vocabulary.isArray() ? vocabulary.size() - 1 : -1;
      for (JsonNode id : vocabulary.isObject() ? vocabulary : MAPPER.createArrayNode()) {
        most = Math.max(most, id.asInt(-1));
      }
      Map<String, Integer> special = new LinkedHashMap<>();
      for (JsonNode added : root.path("added_tokens")) {
        int id = added.path("id").asInt(-1);
        most = Math.max(most, id);
        if (added.path("special").asBoolean(false)) {
          special.put(added.path("content").asText(""), id);
        }
      }
      special.remove("");
      if (most >= MAX_TOKENS) {
        throw bad(file.toString(), "token ids below " + MAX_TOKENS, "" + most);
      }
      return new TokenizerJson(
          file.toString(), bytes, most + 1, special, beginning(root.path("post_processor")));
    } catch (NoSuchFileException e) {
      throw bad(file.toString(), "the tokenizer of the model", "no such file");
    } catch (JsonProcessingException e) {
      throw bad(file.toString(), "valid JSON", e.getOriginalMessage());
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, file + ": cannot be read: " + e + ". Check the disk, then retry.", e);
    }
  }

  /** What the template of a single text puts first, where it is a special token. */
  private static Optional<String> beginning(JsonNode processor) {
    for (JsonNode inner : processor.path("processors")) {
      Optional<String> found = beginning(inner);
      if (found.isPresent()) {
        return found;
      }
    }
    JsonNode first = processor.path("single").path(0).path("SpecialToken").path("id");
    return first.isTextual() ? Optional.of(first.textValue()) : Optional.empty();
  }

  private static TokenizerJson build(GgufVocabulary source) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation").putNull("padding").putNull("normalizer").putNull("post_processor");
    root.putNull("pre_tokenizer");
    Map<String, Integer> special = addedTokens(source, root.putArray("added_tokens"));
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
    vocabulary(source, model.putObject("vocab"));
    switch (source.model()) {
      case "gpt2" -> {
        model.put("ignore_merges", TokenizerSplit.write(source.preTokenizer(), root));
        byteLevel(root.putObject("decoder"));
        merges(source, model.putArray("merges"));
      }
      case "llama" -> SentencePieceRules.write(source, root, model);
      default ->
          throw ServiceException.of(
              ErrorCode.UNSUPPORTED_CHECKPOINT,
              "tokenizer.ggml.model",
              "gpt2, byte-level BPE, or llama, SentencePiece",
              source.model(),
              "Use a checkpoint with such a tokenizer.");
    }
    try {
      return new TokenizerJson(
          "tokenizer.ggml",
          MAPPER.writeValueAsBytes(root),
          source.tokens().size(),
          special,
          source.startsWithBos() ? source.bosToken() : Optional.empty());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }

  static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel").put("add_prefix_space", false);
    node.put("trim_offsets", true).put("use_regex", true);
  }

  private static Map<String, Integer> addedTokens(GgufVocabulary source, ArrayNode added) {
    Map<String, Integer> special = new LinkedHashMap<>();
    for (int id = 0; id < source.tokens().size(); id++) {
      int type = source.types().get(id);
      if (type == CONTROL || type == USER_DEFINED) {
        String text = source.tokens().get(id);
        ObjectNode token = added.addObject().put("id", id).put("content", text);
        token.put("single_word", false).put("lstrip", false).put("rstrip", false);
        token.put("normalized", SentencePieceRules.matchesSpaces(source, type));
        token.put("special", type == CONTROL);
        if (type == CONTROL) {
          special.put(text, id);
        }
      }
    }
    return special;
  }

  private static void vocabulary(GgufVocabulary source, ObjectNode vocabulary) {
    for (int id = 0; id < source.tokens().size(); id++) {
      String token = source.tokens().get(id);
      if (vocabulary.has(token)) {
        throw bad("tokenizer.ggml.tokens", "different tokens", "'" + token + "' twice");
      }
      vocabulary.put(token, id);
    }
  }

  private static void merges(GgufVocabulary source, ArrayNode merges) {
    for (String merge : source.merges()) {
      int space = merge.indexOf(' ');
      if (space < 1 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
        throw bad("tokenizer.ggml.merges", "two tokens and a space", "'" + merge + "'");
      }
      merges.add(merge);
    }
  }

  static ServiceException bad(String where, String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_CHECKPOINT,
        where,
        expected,
        found,
        "Fetch the file again or use another checkpoint.");
  }
}
