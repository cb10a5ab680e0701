package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.BlockDesign;
import dev.tuneworthy.checkpoint.ModelConfig;

/** The seven linear layers of a block; each can carry a LoRA. */
public enum LinearLayer {
  QUERY("self_attn.q_proj"),
  KEY("self_attn.k_proj"),
  VALUE("self_attn.v_proj"),
  OUTPUT("self_attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  private final String path;

  LinearLayer(String path) {
    this.path = path;
  }

  /** Module path in the checkpoint, as {@code model.layers.0.self_attn.q_proj}. */
  public String path(int layer) {
    return "model.layers." + layer + "." + path;
  }

  /** Name of the weight [out, in] in the checkpoint. */
  public String weight(int layer) {
    return path(layer) + ".weight";
  }

  /** Name of the bias [out] in the checkpoint. */
  String bias(int layer) {
    return path(layer) + ".bias";
  }

  boolean hasBias(BlockDesign design) {
    return switch (this) {
      case QUERY, KEY, VALUE -> design.queryKeyValueBias();
      default -> false;
    };
  }

  /** Name of the graph input for A [R, in], which is its key in a PEFT file. */
  public String loraA(int layer) {
    return "base_model.model." + path(layer) + ".lora_A.weight";
  }

  /** Name of the graph input for B [out, R], which is its key in a PEFT file. */
  public String loraB(int layer) {
    return "base_model.model." + path(layer) + ".lora_B.weight";
  }

  public int inputWidth(ModelConfig config) {
    return switch (this) {
      case OUTPUT -> config.queryWidth();
      case DOWN -> config.intermediate();
      default -> config.hidden();
    };
  }

  public int outputWidth(ModelConfig config) {
    return switch (this) {
      case QUERY -> config.queryWidth();
      case KEY, VALUE -> config.keyValueWidth();
      case GATE, UP -> config.intermediate();
      case OUTPUT, DOWN -> config.hidden();
    };
  }
}
