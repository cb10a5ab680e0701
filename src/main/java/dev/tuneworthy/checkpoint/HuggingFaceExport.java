package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Writes what stands beside the weights in a Hugging Face folder. For a checkpoint that is such a
 * folder its own files are taken over, for a GGUF file they are made of its metadata.
 */
public final class HuggingFaceExport {
  /** Written last: a folder without it is no checkpoint to any reader. */
  public static final String CONFIG = "config.json";

  public static final String WEIGHTS = "model.safetensors";
  private static final int MAX_JSON_BYTES = 1 << 26;
  private static final String TOKENIZER = "tokenizer.json";
  private static final List<String> BESIDE =
      List.of(
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          "generation_config.json");

  private final Checkpoint checkpoint;
  private final Path folder;

  /**
   * @param folder exists
   */
  public HuggingFaceExport(Checkpoint checkpoint, Path folder) {
    this.checkpoint = checkpoint;
    this.folder = folder;
  }

  /**
   * Writes every file but the weights and the configuration.
   *
   * @param tokenizerJson what the tokenizer of a GGUF file is in the tokenizers library's form
   */
  public void writeTokenizer(byte[] tokenizerJson) throws IOException {
    if (checkpoint.tokenizer() instanceof TokenizerSource.HuggingFaceFile) {
      for (String name : BESIDE) {
        Path file = checkpoint.location().resolve(name);
        if (Files.isRegularFile(file)) {
          Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } else {
      Files.write(folder.resolve(TOKENIZER), tokenizerJson);
      Files.write(folder.resolve("tokenizer_config.json"), bytes(tokenizerConfig()));
      Files.write(folder.resolve("generation_config.json"), bytes(generation()));
    }
  }

  /**
   * Writes {@link #CONFIG} for float32 weights.
   *
   * @throws dev.tuneworthy.error.ServiceException for a GGUF file of an architecture whose
   *     configuration cannot be told from it
   */
  public void writeConfig() throws IOException {
    Files.write(folder.resolve(CONFIG), bytes(config()));
  }

  /** What {@link #writeConfig} writes; asked before anything is written, it refuses in time. */
  public ObjectNode config() {
    if (checkpoint.tokenizer() instanceof TokenizerSource.HuggingFaceFile) {
      Path file = checkpoint.location().resolve(CONFIG);
      ObjectNode own =
          (ObjectNode) JsonFields.read(file, ErrorCode.BAD_CHECKPOINT, MAX_JSON_BYTES).root();
      own.remove("torch_dtype");
      return own.put("dtype", "float32");
    }
    return ofGguf(checkpoint.config());
  }

  private ObjectNode ofGguf(ModelConfig config) {
    Rotary rotary = rotary(config);
    ObjectNode root = JsonFields.MAPPER.createObjectNode();
    root.putArray("architectures").add("LlamaForCausalLM");
    root.put("model_type", "llama").put("hidden_act", "silu").put("dtype", "float32");
    root.put("vocab_size", config.vocabulary()).put("hidden_size", config.hidden());
    root.put("intermediate_size", config.intermediate());
    root.put("num_hidden_layers", config.layers());
    root.put("num_attention_heads", config.heads());
    root.put("num_key_value_heads", config.keyValueHeads());
    root.put("head_dim", config.headSize()).put("rms_norm_eps", config.rmsEpsilon());
    root.put("max_position_embeddings", config.contextLength());
    root.put("tie_word_embeddings", config.tiedEmbeddings());
    // Transformers 5 reads the one, earlier versions the other.
    root.put("rope_theta", rotary.theta());
    root.putObject("rope_parameters").put("rope_type", "default").put("rope_theta", rotary.theta());
    specialIds(root);
    return root;
  }

  /**
   * The rotary embedding of a plain Llama. A GGUF file of another family, or with a stretched
   * context, does not say all that a configuration of Transformers has to.
   */
  private Rotary rotary(ModelConfig config) {
    List<LayerAttention> kinds = config.attention().stream().distinct().toList();
    boolean plain =
        config.architecture().equals("llama")
            && kinds.size() == 1
            && !kinds.get(0).sliding()
            && kinds.get(0).rotary().map(rotary -> rotary.divisors().isEmpty()).orElse(false);
    if (!plain) {
      throw CheckpointErrors.unsupported(
          checkpoint.location(),
          "a Hugging Face folder, or a GGUF file of a Llama model without rope scaling",
          "a GGUF file of " + config.architecture(),
          "Take the model's Hugging Face folder.");
    }
    return kinds.get(0).rotary().orElseThrow();
  }

  private void specialIds(ObjectNode root) {
    checkpoint.config().bosId().ifPresent(id -> root.put("bos_token_id", id));
    List<Integer> ends = checkpoint.config().endOfTurnIds();
    if (ends.size() == 1) {
      root.put("eos_token_id", ends.get(0));
    } else if (!ends.isEmpty()) {
      ArrayNode all = root.putArray("eos_token_id");
      ends.forEach(all::add);
    }
  }

  private ObjectNode generation() {
    ObjectNode root = JsonFields.MAPPER.createObjectNode();
    specialIds(root);
    return root;
  }

  private ObjectNode tokenizerConfig() {
    ObjectNode root = JsonFields.MAPPER.createObjectNode();
    Optional<String> eos = checkpoint.tokenizer().eosToken();
    checkpoint.tokenizer().bosToken().ifPresent(token -> root.put("bos_token", token));
    eos.ifPresent(token -> root.put("eos_token", token).put("pad_token", token));
    checkpoint.chatTemplate().ifPresent(source -> root.put("chat_template", source));
    root.put("clean_up_tokenization_spaces", false);
    root.put("model_max_length", checkpoint.config().contextLength());
    return root.put("tokenizer_class", "PreTrainedTokenizerFast");
  }

  private static byte[] bytes(ObjectNode root) throws JsonProcessingException {
    return JsonFields.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }
}
