package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which tensors a model has, by Hugging Face name, with their shapes and their GGUF names. */
final class TensorLayout {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String OUTPUT = "lm_head.weight";

  /** A tensor of every block: the end of its name in either format, and its shape. */
  private record InBlock(String gguf, String huggingFace, List<Long> shape) {}

  private static final Map<String, String> GGUF_OUTSIDE_BLOCKS =
      Map.of(
          "token_embd.weight", EMBEDDING,
          "output_norm.weight", "model.norm.weight",
          "output.weight", OUTPUT);

  private final ModelConfig config;
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Map<String, String> ggufInBlocks = new HashMap<>();

  TensorLayout(ModelConfig config) {
    this.config = config;
    List<Long> table = List.of((long) config.vocabulary(), (long) config.hidden());
    shapes.put(EMBEDDING, table);
    List<InBlock> block = block();
    block.forEach(tensor -> ggufInBlocks.put(tensor.gguf, tensor.huggingFace));
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      block.forEach(tensor -> shapes.put(prefix + tensor.huggingFace, tensor.shape));
    }
    shapes.put("model.norm.weight", List.of((long) config.hidden()));
    if (!config.tiedEmbeddings()) {
      shapes.put(OUTPUT, table);
    }
  }

  private List<InBlock> block() {
    long d = config.hidden();
    long f = config.intermediate();
    long q = config.queryWidth();
    long k = config.keyValueWidth();
    BlockDesign design = config.design();
    List<InBlock> tensors = new ArrayList<>();
    add(tensors, "attn_norm.weight", "input_layernorm.weight", d);
    add(tensors, "attn_q.weight", "self_attn.q_proj.weight", q, d);
    add(tensors, "attn_k.weight", "self_attn.k_proj.weight", k, d);
    add(tensors, "attn_v.weight", "self_attn.v_proj.weight", k, d);
    if (design.queryKeyValueBias()) {
      add(tensors, "attn_q.bias", "self_attn.q_proj.bias", q);
      add(tensors, "attn_k.bias", "self_attn.k_proj.bias", k);
      add(tensors, "attn_v.bias", "self_attn.v_proj.bias", k);
    }
    if (design.queryKeyNorm()) {
      add(tensors, "attn_q_norm.weight", "self_attn.q_norm.weight", (long) config.headSize());
      add(tensors, "attn_k_norm.weight", "self_attn.k_norm.weight", (long) config.headSize());
    }
    add(tensors, "attn_output.weight", "self_attn.o_proj.weight", d, q);
    if (design.outputNorms()) {
      add(tensors, "post_attention_norm.weight", "post_attention_layernorm.weight", d);
      add(tensors, "ffn_norm.weight", "pre_feedforward_layernorm.weight", d);
      add(tensors, "post_ffw_norm.weight", "post_feedforward_layernorm.weight", d);
    } else {
      add(tensors, "ffn_norm.weight", "post_attention_layernorm.weight", d);
    }
    add(tensors, "ffn_gate.weight", "mlp.gate_proj.weight", f, d);
    add(tensors, "ffn_up.weight", "mlp.up_proj.weight", f, d);
    add(tensors, "ffn_down.weight", "mlp.down_proj.weight", d, f);
    return tensors;
  }

  private static void add(List<InBlock> to, String gguf, String huggingFace, Long... shape) {
    to.add(new InBlock(gguf, huggingFace, List.of(shape)));
  }

  /** The Hugging Face name of a GGUF tensor, or empty where the model has none such. */
  Optional<String> huggingFaceName(String gguf) {
    String[] parts = gguf.split("\\.", 3);
    if (parts.length == 3 && parts[0].equals("blk") && parts[1].matches("0|[1-9][0-9]{0,5}")) {
      return Optional.ofNullable(ggufInBlocks.get(parts[2]))
          .map(tail -> "model.layers." + parts[1] + "." + tail);
    }
    return Optional.ofNullable(GGUF_OUTSIDE_BLOCKS.get(gguf));
  }

  /** Every tensor with its shape, slowest dimension first. */
  Map<String, List<Long>> shapes() {
    return shapes;
  }

  /** Refuses a checkpoint that lacks a tensor, has one too many, or has one of another shape. */
  void check(Path location, Map<String, StoredTensor> tensors) {
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
        throw foreign(location, name);
      }
    }
  }

  RuntimeException foreign(Path location, String tensor) {
    return CheckpointErrors.unsupported(
        location,
        "the tensors of a " + config.architecture() + " model of " + config.layers() + " layers",
        "tensor " + tensor);
  }
}
