package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes a checkpoint of a GGUF file: configuration, Hugging Face names, vocabulary. */
final class GgufCheckpoint {
  private static final int MAX_TOKEN_TYPE = 6;

  private final Path path;
  private final GgufFile gguf;
  private final GgufMetadata metadata;
  private final GgufConfig fields;

  private GgufCheckpoint(GgufFile gguf) {
    this.path = gguf.file().path();
    this.gguf = gguf;
    this.metadata = gguf.metadata();
    this.fields = new GgufConfig(gguf);
  }

  /** Opens the file; closes it again if anything about it is wrong. */
  static Checkpoint open(Path path, FileDigests digests) {
    MappedFile file = MappedFile.open(path);
    try {
      GgufCheckpoint reader = new GgufCheckpoint(GgufFile.read(file));
      ModelConfig config = reader.fields.config();
      TensorLayout layout = new TensorLayout(config);
      Map<String, StoredTensor> tensors = reader.tensors(config, layout);
      layout.check(path, tensors);
      return new MappedCheckpoint(
          path,
          config,
          tensors,
          List.of(file),
          reader.vocabulary(config),
          reader
              .metadata
              .text("tokenizer.chat_template")
              .or(reader.fields.architecture()::chatTemplate),
          digests);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private Map<String, StoredTensor> tensors(ModelConfig config, TensorLayout layout) {
    Map<String, StoredTensor> named = new LinkedHashMap<>();
    gguf.tensors()
        .forEach(
            (name, tensor) -> {
              if (!name.equals(GgufConfig.ROTARY_DIVISORS)) {
                String target =
                    layout.huggingFaceName(name).orElseThrow(() -> layout.foreign(path, name));
                named.put(target, asInHuggingFace(name, tensor, config));
              }
            });
    return named;
  }

  /**
   * Undoes what the converter did for llama.cpp: rows of rotary pairs side by side, the offset of
   * the norms in their weights.
   */
  private StoredTensor asInHuggingFace(String name, StoredTensor tensor, ModelConfig config) {
    if (name.endsWith("norm.weight")) {
      return tensor.shifted((float) -config.design().normOffset());
    }
    if (fields.architecture().ggufInterleavesPairs()) {
      if (name.endsWith(".attn_q.weight")) {
        return tensor.interleaved(config.heads());
      }
      if (name.endsWith(".attn_k.weight")) {
        return tensor.interleaved(config.keyValueHeads());
      }
    }
    return tensor;
  }

  private TokenizerSource vocabulary(ModelConfig config) {
    refuseNormalisation();
    List<String> tokens = fields.tokens();
    List<Integer> types =
        metadata
            .integers("tokenizer.ggml.token_type")
            .map(found -> found.stream().map(this::tokenType).toList())
            .orElseThrow(() -> metadata.missing("tokenizer.ggml.token_type", "whole numbers"));
    checkSize("tokenizer.ggml.token_type", tokens.size(), types.size());
    List<Double> scores = metadata.numbers("tokenizer.ggml.scores").orElse(List.of());
    if (!scores.isEmpty()) {
      checkSize("tokenizer.ggml.scores", tokens.size(), scores.size());
    }
    String model = metadata.requiredText("tokenizer.ggml.model");
    String preTokenizer = metadata.text("tokenizer.ggml.pre").orElse("default");
    boolean sentencePiece = model.equals("llama");
    // What a file leaves unsaid is what llama.cpp takes for its kind of vocabulary.
    boolean bosUnlessSaid = sentencePiece || preTokenizer.equals("llama-bpe");
    OptionalInt eos = metadata.integer("tokenizer.ggml.eos_token_id", 0, tokens.size() - 1);
    return new TokenizerSource.GgufVocabulary(
        model,
        preTokenizer,
        tokens,
        types,
        scores,
        metadata.texts("tokenizer.ggml.merges").orElse(List.of()),
        metadata.flag("tokenizer.ggml.add_space_prefix", sentencePiece),
        metadata.flag("tokenizer.ggml.add_bos_token", bosUnlessSaid),
        text(tokens, config.bosId()),
        text(tokens, eos));
  }

  private void refuseNormalisation() {
    if (metadata.flag("tokenizer.ggml.remove_extra_whitespaces", false)
        || metadata.has("tokenizer.ggml.precompiled_charsmap")) {
      throw CheckpointErrors.unsupported(
          path, "a tokenizer that takes texts as they are", "one that normalises them");
    }
  }

  private void checkSize(String key, int tokens, int found) {
    if (found != tokens) {
      throw CheckpointErrors.bad(path, key, tokens + " of them, one a token", found + "");
    }
  }

  private int tokenType(long type) {
    if (type < 0 || type > MAX_TOKEN_TYPE) {
      throw CheckpointErrors.bad(
          path, "tokenizer.ggml.token_type", "0 to " + MAX_TOKEN_TYPE, "" + type);
    }
    return (int) type;
  }

  private static Optional<String> text(List<String> tokens, OptionalInt id) {
    return id.isPresent() ? Optional.of(tokens.get(id.getAsInt())) : Optional.empty();
  }
}
