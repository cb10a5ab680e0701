package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.PatternBound;
import dev.tuneworthy.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code adapter_config.json}. What changes the computation and is not supported is refused by
 * name; that includes fields that do not exist yet, unless they are empty or false.
 *
 * @param targetModules empty where the file gives a pattern and not a list
 */
record PeftConfig(
    JsonFields json,
    int rank,
    double alpha,
    double dropout,
    boolean rsLora,
    List<String> targetModules,
    String baseModel,
    Map<Pattern, Double> ranks,
    Map<Pattern, Double> alphas) {
  private static final int MAX_RANK = 1 << 14;

  /** Fields that are read, or that say nothing about how a saved adapter computes. */
  private static final Set<String> KNOWN =
      Set.of(
          "peft_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "exclude_modules",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "base_model_name_or_path",
          "bias",
          "task_type",
          "init_lora_weights",
          "inference_mode",
          "revision",
          "peft_version",
          "auto_mapping",
          "megatron_core",
          "qalora_group_size",
          "layers_to_transform",
          "layers_pattern",
          "runtime_config");

  /** Ways to start training that also change the base model's weights. */
  private static final Set<String> NEUTRAL_STARTS = Set.of("gaussian", "eva", "orthogonal");

  static PeftConfig read(JsonFields json) {
    refuseVariants(json);
    Optional<JsonNode> targets = json.field("target_modules");
    List<String> names = new ArrayList<>();
    if (targets.isPresent() && targets.get().isArray()) {
      targets.get().forEach(name -> names.add(name.asText()));
    } else if (targets.isPresent() && !targets.get().isTextual()) {
      throw json.bad("target_modules", "names or a pattern", JsonFields.shown(targets.get()));
    }
    double dropout = json.number("lora_dropout").orElse(0.0);
    double alpha = json.number("lora_alpha").orElse(8.0);
    if (!Double.isFinite(alpha)) {
      throw json.bad("lora_alpha", "a finite number", "" + alpha);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw json.bad("lora_dropout", "0 to below 1", "" + dropout);
    }
    return new PeftConfig(
        json,
        json.requiredInteger("r", 1, MAX_RANK),
        alpha,
        dropout,
        json.flag("use_rslora", false),
        names,
        json.text("base_model_name_or_path").orElse(""),
        pattern(json, "rank_pattern"),
        pattern(json, "alpha_pattern"));
  }

  private static void refuseVariants(JsonFields json) {
    String type = json.text("peft_type").orElse("none");
    if (!type.equals("LORA")) {
      throw unsupported(json, "peft_type LORA", "peft_type " + type);
    }
    String bias = json.text("bias").orElse("none");
    if (!bias.equals("none")) {
      throw unsupported(json, "bias none", "bias " + bias);
    }
    Optional<JsonNode> start = json.field("init_lora_weights");
    if (start.isPresent() && start.get().isTextual()) {
      String name = start.get().textValue();
      if (!NEUTRAL_STARTS.contains(name)) {
        throw unsupported(json, "weights on an unchanged base model", "init_lora_weights " + name);
      }
    }
    json.root()
        .properties()
        .forEach(
            field -> {
              if (!KNOWN.contains(field.getKey()) && says(field.getValue())) {
                throw unsupported(
                    json, "plain LoRA", field.getKey() + " " + JsonFields.shown(field.getValue()));
              }
            });
  }

  private static boolean says(JsonNode value) {
    boolean empty =
        value.isNull()
            || (value.isBoolean() && !value.booleanValue())
            || (value.isContainerNode() && value.isEmpty())
            || (value.isTextual() && value.textValue().isEmpty());
    return !empty;
  }

  private static ServiceException unsupported(JsonFields json, String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_ADAPTER,
        "adapter " + json.file(),
        expected,
        found + ", which is not supported",
        "Save the adapter without it, or merge it elsewhere.");
  }

  private static Map<Pattern, Double> pattern(JsonFields json, String name) {
    Map<Pattern, Double> patterns = new LinkedHashMap<>();
    Optional<JsonNode> node = json.field(name);
    if (node.isEmpty()) {
      return patterns;
    }
    if (!node.get().isObject()) {
      throw json.bad(name, "module names and numbers", JsonFields.shown(node.get()));
    }
    for (Map.Entry<String, JsonNode> entry : node.get().properties()) {
      if (!entry.getValue().isNumber() || !Double.isFinite(entry.getValue().doubleValue())) {
        throw json.bad(
            name + ", " + entry.getKey(), "a finite number", JsonFields.shown(entry.getValue()));
      }
      if (!PatternBound.allows(entry.getKey())) {
        throw json.bad(name, PatternBound.EXPECTED, entry.getKey().length() + " characters");
      }
      try {
        // As in PEFT: a whole path, or its end from a dot on.
        patterns.put(
            Pattern.compile("(?s)(.*\\.)?(" + entry.getKey() + ")"),
            entry.getValue().doubleValue());
      } catch (PatternSyntaxException e) {
        throw json.bad(name, "regular expressions", entry.getKey() + ": " + e.getDescription());
      }
    }
    return patterns;
  }

  int rankOf(String module) {
    double rank = first(ranks, module).orElse((double) this.rank);
    if (rank != Math.rint(rank) || rank < 1 || rank > MAX_RANK) {
      throw json.bad("rank_pattern", "1 to " + MAX_RANK, rank + " for " + module);
    }
    return (int) rank;
  }

  double alphaOf(String module) {
    return first(alphas, module).orElse(alpha);
  }

  private static Optional<Double> first(Map<Pattern, Double> patterns, String module) {
    return patterns.entrySet().stream()
        .filter(entry -> entry.getKey().matches(module))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Refuses weights of a layer that the list does not name. */
  void checkTargets(Set<String> modules) {
    for (String module : modules) {
      boolean named =
          targetModules.isEmpty()
              || targetModules.stream()
                  .anyMatch(target -> module.equals(target) || module.endsWith("." + target));
      if (!named) {
        throw json.bad("target_modules", "a name for " + module, "" + targetModules);
      }
    }
  }

  /** The file for an adapter, fields in PEFT's order of names, one to a line. */
  static byte[] bytes(PeftAdapter adapter) {
    ObjectNode root = JsonFields.MAPPER.createObjectNode();
    ObjectNode alphas = root.putObject("alpha_pattern");
    root.put("base_model_name_or_path", adapter.baseModel());
    root.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true);
    root.put("init_lora_weights", true);
    number(root, "lora_alpha", adapter.alpha());
    root.put("lora_dropout", adapter.dropout()).putNull("modules_to_save");
    root.put("peft_type", "LORA").put("r", adapter.rank());
    ObjectNode ranks = root.putObject("rank_pattern");
    adapter.targetModules().forEach(root.putArray("target_modules")::add);
    root.put("task_type", "CAUSAL_LM").put("use_dora", false).put("use_rslora", adapter.rsLora());
    adapter
        .modules()
        .forEach(
            (module, weights) -> {
              String exact = "^" + module.replace(".", "\\.");
              if (weights.rank() != adapter.rank()) {
                ranks.put(exact, weights.rank());
              }
              if (weights.alpha() != adapter.alpha()) {
                number(alphas, exact, weights.alpha());
              }
            });
    try {
      DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
      DefaultIndenter indent = new DefaultIndenter("  ", "\n");
      lines.indentObjectsWith(indent);
      lines.indentArraysWith(indent);
      String text = JsonFields.MAPPER.writer(lines).writeValueAsString(root);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }

  private static void number(ObjectNode node, String name, double value) {
    if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
      node.put(name, (int) value); // PEFT declares lora_alpha a whole number
    } else {
      node.put(name, value);
    }
  }
}
