package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Makes a checkpoint of a GGUF file: configuration, Hugging Face names, vocabulary. */
final class GgufCheckpoint {
  private static final int MAX_VOCABULARY = 1 << 22;
  private static final int MAX_LAYERS = 1 << 12;
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_CONTEXT = 1 << 28;
  private static final int MAX_TOKEN_TYPE = 6;

  /** Tokens that end a turn; chat models name several. */
  private static final List<String> END_KEYS =
      List.of(
          "tokenizer.ggml.eos_token_id",
          "tokenizer.ggml.eot_token_id",
          "tokenizer.ggml.eom_token_id");

  private final Path path;
  private final GgufFile gguf;
  private final GgufMetadata metadata;

  private GgufCheckpoint(GgufFile gguf) {
    this.path = gguf.file().path();
    this.gguf = gguf;
    this.metadata = gguf.metadata();
  }

  /** Opens the file; closes it again if anything about it is wrong. */
  static Checkpoint open(Path path, FileDigests digests) {
    MappedFile file = MappedFile.open(path);
    try {
      GgufCheckpoint reader = new GgufCheckpoint(GgufFile.read(file));
      ModelConfig config = reader.config();
      Map<String, StoredTensor> tensors = reader.tensors(config);
      LlamaLayout.check(path, config, tensors);
      return new MappedCheckpoint(
          path,
          config,
          tensors,
          List.of(file),
          reader.vocabulary(config),
          reader.metadata.text("tokenizer.chat_template"),
          digests);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private ModelConfig config() {
    String architecture = metadata.requiredText("general.architecture");
    if (!architecture.equals("llama")) {
      throw CheckpointErrors.unsupported(
          path, "architecture llama", "architecture " + architecture, "Use a Llama model.");
    }
    refuseVariants();
    int heads = metadata.requiredInteger("llama.attention.head_count", 1, MAX_WIDTH);
    int hidden = metadata.requiredInteger("llama.embedding_length", 1, MAX_WIDTH);
    int headSize =
        metadata.integer("llama.attention.key_length", 1, MAX_WIDTH).orElse(hidden / heads);
    int valueSize = metadata.integer("llama.attention.value_length", 1, MAX_WIDTH).orElse(headSize);
    int rotary = metadata.integer("llama.rope.dimension_count", 1, MAX_WIDTH).orElse(headSize);
    if (valueSize != headSize || rotary != headSize) {
      throw CheckpointErrors.unsupported(
          path,
          "one size for heads, values and rotary embedding",
          "heads of " + headSize + ", values of " + valueSize + ", rotary " + rotary);
    }
    try {
      return new ModelConfig(
          architecture,
          vocabularySize(),
          hidden,
          metadata.requiredInteger("llama.feed_forward_length", 1, MAX_WIDTH),
          metadata.requiredInteger("llama.block_count", 1, MAX_LAYERS),
          heads,
          metadata.integer("llama.attention.head_count_kv", 1, MAX_WIDTH).orElse(heads),
          headSize,
          metadata.number("llama.rope.freq_base").orElse(10_000.0),
          metadata
              .number("llama.attention.layer_norm_rms_epsilon")
              .orElseThrow(
                  () -> metadata.missing("llama.attention.layer_norm_rms_epsilon", "a number")),
          metadata.requiredInteger("llama.context_length", 1, MAX_CONTEXT),
          !gguf.tensors().containsKey("output.weight"),
          metadata.integer("tokenizer.ggml.bos_token_id", 0, MAX_VOCABULARY),
          endIds());
    } catch (IllegalArgumentException e) {
      throw CheckpointErrors.bad(path, "metadata", "a consistent configuration", e.getMessage());
    }
  }

  private void refuseVariants() {
    Optional<String> scaling = metadata.text("llama.rope.scaling.type");
    if (scaling.isPresent() && !scaling.get().equals("none")) {
      throw CheckpointErrors.unsupported(
          path, "rotary embedding without scaling", "rope scaling " + scaling.get());
    }
    int experts = metadata.integer("llama.expert_count", 0, Integer.MAX_VALUE).orElse(0);
    if (experts > 0) {
      throw CheckpointErrors.unsupported(path, "a dense model", experts + " experts");
    }
    if (gguf.tensors().containsKey("rope_freqs.weight")) {
      throw CheckpointErrors.unsupported(
          path, "rotary embedding without scaling", "tensor rope_freqs.weight");
    }
  }

  private int vocabularySize() {
    int tokens = tokens().size();
    int declared = metadata.integer("llama.vocab_size", 1, MAX_VOCABULARY).orElse(tokens);
    if (declared != tokens) {
      throw CheckpointErrors.bad(
          path, "tokenizer.ggml.tokens", declared + " (llama.vocab_size)", tokens + " tokens");
    }
    return tokens;
  }

  private List<String> tokens() {
    return metadata
        .texts("tokenizer.ggml.tokens")
        .orElseThrow(() -> metadata.missing("tokenizer.ggml.tokens", "an array of texts"));
  }

  private List<Integer> endIds() {
    Set<Integer> ids = new TreeSet<>();
    for (String key : END_KEYS) {
      metadata.integer(key, 0, MAX_VOCABULARY).ifPresent(ids::add);
    }
    return List.copyOf(ids);
  }

  private Map<String, StoredTensor> tensors(ModelConfig config) {
    Map<String, StoredTensor> named = new LinkedHashMap<>();
    gguf.tensors()
        .forEach(
            (name, tensor) -> {
              String target =
                  LlamaLayout.huggingFaceName(name)
                      .orElseThrow(
                          () ->
                              CheckpointErrors.unsupported(
                                  path, "the tensors of a Llama model", "tensor " + name));
              named.put(target, ordered(name, tensor, config));
            });
    return named;
  }

  /** Query and key rows come interleaved by head; the head count undoes that while reading. */
  private static StoredTensor ordered(String name, StoredTensor tensor, ModelConfig config) {
    if (name.endsWith(".attn_q.weight")) {
      return tensor.interleaved(config.heads());
    }
    return name.endsWith(".attn_k.weight") ? tensor.interleaved(config.keyValueHeads()) : tensor;
  }

  private TokenizerSource vocabulary(ModelConfig config) {
    List<String> tokens = tokens();
    List<Integer> types =
        metadata
            .integers("tokenizer.ggml.token_type")
            .map(found -> found.stream().map(this::tokenType).toList())
            .orElseThrow(() -> metadata.missing("tokenizer.ggml.token_type", "whole numbers"));
    if (types.size() != tokens.size()) {
      throw CheckpointErrors.bad(
          path, "tokenizer.ggml.token_type", tokens.size() + " types", types.size() + "");
    }
    OptionalInt eos = metadata.integer("tokenizer.ggml.eos_token_id", 0, tokens.size() - 1);
    return new TokenizerSource.GgufVocabulary(
        metadata.requiredText("tokenizer.ggml.model"),
        metadata.text("tokenizer.ggml.pre").orElse("default"),
        tokens,
        types,
        metadata.texts("tokenizer.ggml.merges").orElse(List.of()),
        text(tokens, config.bosId()),
        text(tokens, eos));
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
