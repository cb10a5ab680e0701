package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads {@code config.json} of a Llama model and refuses, by name, what would compute otherwise.
 */
final class HuggingFaceConfig {
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_VOCABULARY = 1 << 22;
  private static final int MAX_LAYERS = 1 << 12;
  private static final int MAX_CONTEXT = 1 << 28;

  private HuggingFaceConfig() {}

  static ModelConfig read(JsonFields json, Optional<JsonFields> generation) {
    refuseVariants(json);
    int hidden = json.requiredInteger("hidden_size", 1, MAX_WIDTH);
    int heads = json.requiredInteger("num_attention_heads", 1, MAX_WIDTH);
    TreeSet<Integer> ends = new TreeSet<>(json.integers("eos_token_id", 0, MAX_VOCABULARY));
    generation.ifPresent(g -> ends.addAll(g.integers("eos_token_id", 0, MAX_VOCABULARY)));
    try {
      return new ModelConfig(
          "llama",
          json.requiredInteger("vocab_size", 1, MAX_VOCABULARY),
          hidden,
          json.requiredInteger("intermediate_size", 1, MAX_WIDTH),
          json.requiredInteger("num_hidden_layers", 1, MAX_LAYERS),
          heads,
          json.integer("num_key_value_heads", 1, MAX_WIDTH).orElse(heads),
          json.integer("head_dim", 1, MAX_WIDTH).orElse(hidden / heads),
          ropeTheta(json),
          json.number("rms_norm_eps").orElse(1e-6),
          json.requiredInteger("max_position_embeddings", 1, MAX_CONTEXT),
          json.flag("tie_word_embeddings", false),
          json.integer("bos_token_id", 0, MAX_VOCABULARY),
          List.copyOf(ends));
    } catch (IllegalArgumentException e) {
      throw json.bad("values", "a consistent configuration", e.getMessage());
    }
  }

  private static void refuseVariants(JsonFields json) {
    Path file = json.file();
    String architecture =
        json.field("architectures").map(list -> list.path(0).asText("none")).orElse("none");
    if (!architecture.equals("LlamaForCausalLM")) {
      throw CheckpointErrors.unsupported(
          file,
          "architecture LlamaForCausalLM",
          "architecture " + architecture,
          "Use a Llama model.");
    }
    refuseUnless(file, "hidden_act", json.text("hidden_act").orElse("silu"), "silu");
    refuseUnless(file, "attention_bias", json.flag("attention_bias", false), false);
    refuseUnless(file, "mlp_bias", json.flag("mlp_bias", false), false);
    refuseUnless(
        file, "partial_rotary_factor", json.number("partial_rotary_factor").orElse(1.0), 1.0);
    json.field("quantization_config")
        .ifPresent(
            q -> {
              throw CheckpointErrors.unsupported(
                  file, "plain weights", "quantization_config " + JsonFields.shown(q));
            });
    json.field("rope_scaling").ifPresent(node -> refuseScaling(file, "rope_scaling", node));
    json.field("rope_parameters").ifPresent(node -> refuseScaling(file, "rope_parameters", node));
  }

  private static void refuseScaling(Path file, String field, JsonNode node) {
    String kind = node.path("rope_type").asText(node.path("type").asText("default"));
    refuseUnless(file, field, kind, "default");
    double rotated = node.path("partial_rotary_factor").asDouble(1);
    refuseUnless(file, field + ".partial_rotary_factor", rotated, 1.0);
  }

  private static void refuseUnless(Path file, String field, Object found, Object supported) {
    if (!found.equals(supported)) {
      throw CheckpointErrors.unsupported(file, field + " " + supported, field + " " + found);
    }
  }

  /** Transformers 5 keeps the base in rope_parameters, earlier versions beside the rest. */
  private static double ropeTheta(JsonFields json) {
    Optional<JsonNode> nested =
        json.field("rope_parameters").map(p -> p.path("rope_theta")).filter(JsonNode::isNumber);
    return nested.map(JsonNode::doubleValue).or(() -> json.number("rope_theta")).orElse(10_000.0);
  }
}
