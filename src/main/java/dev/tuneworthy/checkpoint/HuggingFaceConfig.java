package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Reads {@code config.json} and refuses, by name, what would compute otherwise. */
final class HuggingFaceConfig implements ModelFields {
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_VOCABULARY = 1 << 22;
  private static final int MAX_LAYERS = 1 << 12;
  private static final int MAX_CONTEXT = 1 << 28;

  private final JsonFields json;
  private final Architecture architecture;
  private final int hidden;
  private final int layers;
  private final int heads;
  private final int headSize;

  HuggingFaceConfig(JsonFields json) {
    this.json = json;
    String name = json.field("architectures").map(a -> a.path(0).asText("none")).orElse("none");
    architecture = Architectures.ofHuggingFace(json.file(), name);
    hidden = json.requiredInteger("hidden_size", 1, MAX_WIDTH);
    layers = json.requiredInteger("num_hidden_layers", 1, MAX_LAYERS);
    heads = json.requiredInteger("num_attention_heads", 1, MAX_WIDTH);
    headSize = json.integer("head_dim", 1, MAX_WIDTH).orElse(architecture.headSize(hidden, heads));
  }

  ModelConfig config(Optional<JsonFields> generation) {
    TreeSet<Integer> ends = new TreeSet<>(json.integers("eos_token_id", 0, MAX_VOCABULARY));
    generation.ifPresent(g -> ends.addAll(g.integers("eos_token_id", 0, MAX_VOCABULARY)));
    try {
      BlockDesign design = architecture.design(this);
      refuseVariants(design);
      return new ModelConfig(
          architecture.name(),
          json.requiredInteger("vocab_size", 1, MAX_VOCABULARY),
          hidden,
          json.requiredInteger("intermediate_size", 1, MAX_WIDTH),
          heads,
          json.integer("num_key_value_heads", 1, MAX_WIDTH).orElse(heads),
          headSize,
          architecture.attention(this),
          design,
          window(),
          json.number("rms_norm_eps").orElse(1e-6),
          ModelConfig.usableContext(
              json.requiredInteger("max_position_embeddings", 1, MAX_CONTEXT)),
          json.flag("tie_word_embeddings", architecture.tiedByDefault()),
          json.integer("bos_token_id", 0, MAX_VOCABULARY),
          List.copyOf(ends));
    } catch (IllegalArgumentException e) {
      throw json.bad("values", "a consistent configuration", e.getMessage());
    }
  }

  Architecture architecture() {
    return architecture;
  }

  private void refuseVariants(BlockDesign design) {
    String activation = design.activation().huggingFaceName();
    Optional<String> named = json.text("hidden_activation").or(() -> json.text("hidden_act"));
    refuseUnless("hidden_act", named.orElse(activation), activation);
    refuseUnless("attention_bias", json.flag("attention_bias", false), false);
    refuseUnless("mlp_bias", json.flag("mlp_bias", false), false);
    refuseUnless("use_bidirectional_attention", flag("use_bidirectional_attention", false), false);
    refuseUnless("partial_rotary_factor", json.number("partial_rotary_factor").orElse(1.0), 1.0);
    refuseIfPresent("final_logit_softcapping");
    refuseIfPresent("attn_logit_softcapping");
    refuseIfPresent("quantization_config");
  }

  private void refuseIfPresent(String field) {
    json.field(field)
        .ifPresent(
            node -> {
              throw CheckpointErrors.unsupported(
                  json.file(), "no " + field, field + " " + JsonFields.shown(node));
            });
  }

  private void refuseUnless(String field, Object found, Object supported) {
    if (!found.equals(supported)) {
      throw CheckpointErrors.unsupported(json.file(), field + " " + supported, field + " " + found);
    }
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
    return json.number(name);
  }

  @Override
  public List<Integer> integers(String name) {
    return json.integers(name, 0, Integer.MAX_VALUE);
  }

  @Override
  public boolean flag(String name, boolean otherwise) {
    return json.flag(name, otherwise);
  }

  @Override
  public OptionalInt window() {
    return json.root().has("sliding_window")
        ? json.integer("sliding_window", 1, MAX_CONTEXT)
        : architecture.window();
  }

  @Override
  public Optional<List<Boolean>> slidingLayers() {
    Optional<JsonNode> types = json.field("layer_types");
    if (types.isEmpty()) {
      return Optional.empty();
    }
    List<Boolean> slides = new ArrayList<>();
    for (JsonNode type : types.get()) {
      String name = type.asText();
      if (!name.equals("full_attention") && !name.equals("sliding_attention")) {
        throw CheckpointErrors.unsupported(
            json.file(), "layer_types full_attention and sliding_attention", "'" + name + "'");
      }
      slides.add(name.equals("sliding_attention"));
    }
    if (slides.size() != layers) {
      throw json.bad("layer_types", layers + " of them", slides.size() + "");
    }
    return Optional.of(slides);
  }

  /** Transformers 5 keeps base and scaling in rope_parameters, earlier versions beside the rest. */
  @Override
  public Rotary rotary(double otherwiseTheta) {
    JsonNode parameters = json.field("rope_parameters").orElse(MissingNode.getInstance());
    JsonNode own = parameters.has("full_attention") ? parameters.get("full_attention") : parameters;
    double theta =
        number(own, "rope_parameters", "rope_theta")
            .or(() -> json.number("rope_theta"))
            .orElse(otherwiseTheta);
    return own.has("rope_type")
        ? scaled("rope_parameters", own, theta)
        : scaled("rope_scaling", json.field("rope_scaling").orElse(own), theta);
  }

  @Override
  public Rotary slidingRotary(double otherwiseTheta) {
    String field = "rope_parameters.sliding_attention";
    JsonNode own =
        json.field("rope_parameters")
            .map(parameters -> parameters.path("sliding_attention"))
            .orElse(MissingNode.getInstance());
    double theta =
        number(own, field, "rope_theta")
            .or(() -> json.number("rope_local_base_freq"))
            .orElse(otherwiseTheta);
    return scaled(field, own, theta);
  }

  private Rotary scaled(String field, JsonNode node, double theta) {
    refuseUnless(
        field + ".partial_rotary_factor",
        number(node, field, "partial_rotary_factor").orElse(1.0),
        1.0);
    String kind = node.path("rope_type").asText(node.path("type").asText("default"));
    return switch (kind) {
      case "default" -> Rotary.plain(theta);
      case "linear" -> Rotary.linear(theta, required(node, field, "factor"), headSize);
      case "llama3" ->
          Rotary.llama3(
              theta,
              required(node, field, "factor"),
              required(node, field, "low_freq_factor"),
              required(node, field, "high_freq_factor"),
              required(node, field, "original_max_position_embeddings"),
              headSize);
      default ->
          throw CheckpointErrors.unsupported(
              json.file(), field + " default, linear or llama3", field + " " + kind);
    };
  }

  private double required(JsonNode node, String field, String name) {
    return number(node, field, name)
        .orElseThrow(() -> json.bad(field + "." + name, "a number", "no such field"));
  }

  private Optional<Double> number(JsonNode node, String field, String name) {
    JsonNode found = node.path(name);
    if (found.isMissingNode() || found.isNull()) {
      return Optional.empty();
    }
    if (!found.isNumber()) {
      throw json.bad(field + "." + name, "a number", JsonFields.shown(found));
    }
    return Optional.of(found.doubleValue());
  }
}
