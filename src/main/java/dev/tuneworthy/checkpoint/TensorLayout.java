package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which tensors the Llama architecture has, by Hugging Face name, and their GGUF names. */
final class LlamaLayout {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String OUTPUT = "lm_head.weight";

  private static final Map<String, String> GGUF_OUTSIDE_BLOCKS =
      Map.of(
          "token_embd.weight", EMBEDDING,
          "output_norm.weight", "model.norm.weight",
          "output.weight", OUTPUT);

  private static final Map<String, String> GGUF_IN_BLOCKS =
      Map.of(
          "attn_q.weight", "self_attn.q_proj.weight",
          "attn_k.weight", "self_attn.k_proj.weight",
          "attn_v.weight", "self_attn.v_proj.weight",
          "attn_output.weight", "self_attn.o_proj.weight",
          "ffn_gate.weight", "mlp.gate_proj.weight",
          "ffn_up.weight", "mlp.up_proj.weight",
          "ffn_down.weight", "mlp.down_proj.weight",
          "attn_norm.weight", "input_layernorm.weight",
          "ffn_norm.weight", "post_attention_layernorm.weight");

  private LlamaLayout() {}

  /** The Hugging Face name of a GGUF tensor, or empty where Llama has none such. */
  static Optional<String> huggingFaceName(String gguf) {
    String[] parts = gguf.split("\\.", 3);
    if (parts.length == 3 && parts[0].equals("blk") && parts[1].matches("0|[1-9][0-9]{0,5}")) {
      return Optional.ofNullable(GGUF_IN_BLOCKS.get(parts[2]))
          .map(tail -> "model.layers." + parts[1] + "." + tail);
    }
    return Optional.ofNullable(GGUF_OUTSIDE_BLOCKS.get(gguf));
  }

  /** Every tensor with its shape, slowest dimension first. */
  static Map<String, List<Long>> shapes(ModelConfig c) {
    long d = c.hidden();
    long f = c.intermediate();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(EMBEDDING, List.of((long) c.vocabulary(), d));
    for (int i = 0; i < c.layers(); i++) {
      String block = "model.layers." + i + ".";
      shapes.put(block + "input_layernorm.weight", List.of(d));
      shapes.put(block + "self_attn.q_proj.weight", List.of((long) c.queryWidth(), d));
      shapes.put(block + "self_attn.k_proj.weight", List.of((long) c.keyValueWidth(), d));
      shapes.put(block + "self_attn.v_proj.weight", List.of((long) c.keyValueWidth(), d));
      shapes.put(block + "self_attn.o_proj.weight", List.of(d, (long) c.queryWidth()));
      shapes.put(block + "post_attention_layernorm.weight", List.of(d));
      shapes.put(block + "mlp.gate_proj.weight", List.of(f, d));
      shapes.put(block + "mlp.up_proj.weight", List.of(f, d));
      shapes.put(block + "mlp.down_proj.weight", List.of(d, f));
    }
    shapes.put("model.norm.weight", List.of(d));
    if (!c.tiedEmbeddings()) {
      shapes.put(OUTPUT, List.of((long) c.vocabulary(), d));
    }
    return shapes;
  }

  /** Refuses a checkpoint that lacks a tensor, has one too many, or has one of another shape. */
  static void check(Path location, ModelConfig config, Map<String, StoredTensor> tensors) {
    Map<String, List<Long>> shapes = shapes(config);
    shapes.forEach(
        (name, shape) -> {
          StoredTensor found = tensors.get(name);
          if (found == null) {
            throw CheckpointErrors.bad(
                location, "tensor " + name, "shape " + shape, "no such tensor");
          }
          if (!found.shape().equals(shape)) {
            throw CheckpointErrors.bad(
                location, "tensor " + name, "shape " + shape, "shape " + found.shape());
          }
        });
    for (String name : tensors.keySet()) {
      if (!shapes.containsKey(name)) {
        throw CheckpointErrors.unsupported(
            location,
            "the tensors of a Llama model of " + config.layers() + " layers",
            "tensor " + name);
      }
    }
  }
}
