package dev.tuneworthy.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads the configuration in a GGUF file's metadata, whose keys begin with the family's name. */
final class GgufConfig implements ModelFields {
  /** What each rotary frequency is divided by; the converter computes it for Llama 3's scaling. */
  static final String ROTARY_DIVISORS = "rope_freqs.weight";

  private static final int MAX_VOCABULARY = 1 << 22;
  private static final int MAX_LAYERS = 1 << 12;
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_CONTEXT = 1 << 28;

  /** Tokens that end a turn; chat models name several. */
  private static final List<String> END_KEYS =
      List.of(
          "tokenizer.ggml.eos_token_id",
          "tokenizer.ggml.eot_token_id",
          "tokenizer.ggml.eom_token_id");

  private final Path path;
  private final GgufFile gguf;
  private final GgufMetadata metadata;
  private final String prefix;
  private final Architecture architecture;
  private final int hidden;
  private final int layers;
  private final int heads;
  private final int headSize;

  GgufConfig(GgufFile gguf) {
    this.path = gguf.file().path();
    this.gguf = gguf;
    this.metadata = gguf.metadata();
    String name = metadata.requiredText("general.architecture");
    architecture = Architectures.ofGguf(path, name);
    prefix = name + ".";
    hidden = required("embedding_length", MAX_WIDTH);
    layers = required("block_count", MAX_LAYERS);
    heads = required("attention.head_count", MAX_WIDTH);
    headSize = integer("attention.key_length", MAX_WIDTH).orElse(hidden / heads);
  }

  Architecture architecture() {
    return architecture;
  }

  ModelConfig config() {
    refuseVariants();
    try {
      return new ModelConfig(
          architecture.name(),
          vocabularySize(),
          hidden,
          required("feed_forward_length", MAX_WIDTH),
          heads,
          integer("attention.head_count_kv", MAX_WIDTH).orElse(heads),
          headSize,
          architecture.attention(this),
          architecture.design(this),
          window(),
          epsilon(),
          ModelConfig.usableContext(required("context_length", MAX_CONTEXT)),
          !gguf.tensors().containsKey("output.weight"),
          metadata.integer("tokenizer.ggml.bos_token_id", 0, MAX_VOCABULARY),
          endIds());
    } catch (IllegalArgumentException e) {
      throw CheckpointErrors.bad(path, "metadata", "a consistent configuration", e.getMessage());
    }
  }

  private void refuseVariants() {
    int valueSize = integer("attention.value_length", MAX_WIDTH).orElse(headSize);
    int rotary = integer("rope.dimension_count", MAX_WIDTH).orElse(headSize);
    if (valueSize != headSize || rotary != headSize) {
      throw CheckpointErrors.unsupported(
          path,
          "one size for heads, values and rotary embedding",
          "heads of " + headSize + ", values of " + valueSize + ", rotary " + rotary);
    }
    int experts = metadata.integer(prefix + "expert_count", 0, Integer.MAX_VALUE).orElse(0);
    if (experts > 0) {
      throw CheckpointErrors.unsupported(path, "a dense model", experts + " experts");
    }
    for (String capping : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      Optional<Double> found = metadata.number(prefix + capping);
      if (found.isPresent() && found.get() != 0) {
        throw CheckpointErrors.unsupported(path, "no " + capping, capping + " " + found.get());
      }
    }
  }

  private int required(String key, int most) {
    return metadata.requiredInteger(prefix + key, 1, most);
  }

  private OptionalInt integer(String key, int most) {
    return metadata.integer(prefix + key, 1, most);
  }

  private double epsilon() {
    String key = prefix + "attention.layer_norm_rms_epsilon";
    return metadata.number(key).orElseThrow(() -> metadata.missing(key, "a number"));
  }

  private int vocabularySize() {
    int tokens = tokens().size();
    int declared = integer("vocab_size", MAX_VOCABULARY).orElse(tokens);
    if (declared != tokens) {
      throw CheckpointErrors.bad(
          path,
          "tokenizer.ggml.tokens",
          declared + " (" + prefix + "vocab_size)",
          tokens + " tokens");
    }
    return tokens;
  }

  List<String> tokens() {
    return metadata
        .texts("tokenizer.ggml.tokens")
        .orElseThrow(() -> metadata.missing("tokenizer.ggml.tokens", "an array of texts"));
  }

  private List<Integer> endIds() {
    Set<Integer> ids = new TreeSet<>();
    for (String key : END_KEYS) {
      metadata.integer(key, 0, MAX_VOCABULARY).ifPresent(ids::add);
    }
    for (String token : architecture.endsOfTurn()) {
      int id = tokens().indexOf(token);
      if (id >= 0) {
        ids.add(id);
      }
    }
    return List.copyOf(ids);
  }

  @Override
  public int hidden() {
    return hidden;
  }

  @Override
  public int layers() {
    return layers;
  }

  @Override
  public int heads() {
    return heads;
  }

  @Override
  public int headSize() {
    return headSize;
  }

  @Override
  public Optional<Double> number(String name) {
    return Optional.empty();
  }

  @Override
  public List<Integer> integers(String name) {
    return List.of();
  }

  @Override
  public boolean flag(String name, boolean otherwise) {
    return otherwise;
  }

  @Override
  public OptionalInt window() {
    return integer("attention.sliding_window", MAX_CONTEXT);
  }

  @Override
  public Optional<List<Boolean>> slidingLayers() {
    return Optional.empty();
  }

  @Override
  public Rotary rotary(double otherwiseTheta) {
    double theta = metadata.number(prefix + "rope.freq_base").orElse(otherwiseTheta);
    String kind = metadata.text(prefix + "rope.scaling.type").orElse("none");
    StoredTensor divisors = gguf.tensors().get(ROTARY_DIVISORS);
    if (divisors != null) {
      refuseUnless("none", kind);
      return new Rotary(theta, floats(divisors));
    }
    if (kind.equals("linear")) {
      String key = prefix + "rope.scaling.factor";
      double factor = metadata.number(key).orElseThrow(() -> metadata.missing(key, "a number"));
      return Rotary.linear(theta, factor, headSize);
    }
    refuseUnless("none", kind);
    return Rotary.plain(theta);
  }

  @Override
  public Rotary slidingRotary(double otherwiseTheta) {
    return Rotary.plain(metadata.number(prefix + "rope.freq_base_swa").orElse(otherwiseTheta));
  }

  private void refuseUnless(String supported, String kind) {
    if (!kind.equals(supported)) {
      throw CheckpointErrors.unsupported(
          path, "rotary embedding with linear scaling or none", "rope scaling " + kind);
    }
  }

  private List<Double> floats(StoredTensor tensor) {
    if (tensor.elements() > headSize) {
      throw CheckpointErrors.bad(
          path, "tensor " + ROTARY_DIVISORS, headSize / 2 + " numbers", "shape " + tensor.shape());
    }
    FloatBuffer values = FloatBuffer.allocate((int) tensor.elements());
    tensor.readInto(values);
    List<Double> divisors = new ArrayList<>();
    for (float value : values.array()) {
      divisors.add((double) value);
    }
    return divisors;
  }
}
