package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceFolderTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final ModelConfig TINY = tiny();

  @TempDir Path folder;

  @BeforeEach
  void writeAWholeModel() throws IOException {
    config("{}");
    weights("model.safetensors", new TensorLayout(TINY).shapes());
  }

  @Test
  void readsTheEarlierAndTheLaterPlaceOfTheRotaryBase() throws IOException {
    config("{'rope_theta': 5000}");
    assertThat(theta(open().config())).isEqualTo(5000);
    config("{'rope_parameters': {'rope_theta': 7000, 'rope_type': 'default'}}");
    assertThat(theta(open().config())).isEqualTo(7000);
  }

  @Test
  void collectsEveryTokenThatEndsAnAnswer() throws IOException {
    config("{'eos_token_id': [3, 1]}");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 2}");

    assertThat(open().config().endOfTurnIds()).containsExactly(1, 2, 3);
  }

  @Test
  void prefersTheTemplateFileAndTakesTheDefaultOfSeveral() throws IOException {
    assertThat(open().chatTemplate()).isEmpty();
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": {\"content\": \"<s>\"}, \"chat_template\":"
            + " [{\"name\": \"tool\", \"template\": \"t\"},"
            + " {\"name\": \"default\", \"template\": \"d\"}]}");
    assertThat(open().chatTemplate()).contains("d");
    assertThat(open().tokenizer().bosToken()).contains("<s>");
    Files.writeString(folder.resolve("chat_template.jinja"), "file");
    assertThat(open().chatTemplate()).contains("file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "architecture Phi3ForCausalLM; {'architectures': ['Phi3ForCausalLM']}",
        "LlamaForCausalLM, MistralForCausalLM; {'architectures': ['PhiForCausalLM']}",
        "architecture none; {'architectures': []}",
        "hidden_act gelu; {'hidden_act': 'gelu'}",
        "attention_bias true; {'attention_bias': true}",
        "mlp_bias true; {'mlp_bias': true}",
        "rope_scaling yarn; {'rope_scaling': {'type': 'yarn', 'factor': 2}}",
        "rope_scaling dynamic; {'rope_scaling': {'rope_type': 'dynamic', 'factor': 2}}",
        "final_logit_softcapping; {'final_logit_softcapping': 30.0}",
        "use_bidirectional_attention true; {'use_bidirectional_attention': true}",
        "rope_parameters yarn; {'rope_parameters': {'rope_type': 'yarn'}}",
        "partial_rotary_factor 0.5; {'partial_rotary_factor': 0.5}",
        "quantization_config; {'quantization_config': {'quant_method': 'gptq'}}",
      })
  void refusesByNameWhatItCannotCompute(String named, String change) throws IOException {
    config(change);

    assertFails(ErrorCode.UNSUPPORTED_CHECKPOINT, named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "hidden_size; {'hidden_size': null}",
        "hidden_size; {'hidden_size': 'four'}",
        "hidden_size; {'hidden_size': 4.5}",
        "num_hidden_layers; {'num_hidden_layers': 0}",
        "num_hidden_layers; {'num_hidden_layers': 99999999999}",
        "keyValueHeads; {'num_key_value_heads': 3}",
        "no such tensor; {'num_hidden_layers': 2}",
        "shape [9, 4]; {'vocab_size': 9}",
        "lm_head.weight; {'tie_word_embeddings': false}",
        "rms_norm_eps; {'rms_norm_eps': 'small'}",
        "rope_scaling.factor; {'rope_scaling': {'type': 'linear'}}",
        "rope_scaling.factor; {'rope_scaling': {'type': 'linear', 'factor': 'two'}}",
        "low_freq_factor; {'rope_scaling': {'rope_type': 'llama3', 'factor': 8}}",
        "rotary divisor; {'rope_scaling': {'type': 'linear', 'factor': 0}}",
        "layer_types; {'architectures': ['Gemma3ForCausalLM'], 'head_dim': 2, 'layer_types': [], 'hidden_act': 'gelu_pytorch_tanh'}",
      })
  void saysWhatIsWrongWithAConfiguration(String named, String change) throws IOException {
    config(change);

    assertFails(ErrorCode.BAD_CHECKPOINT, named);
  }

  @Test
  void refusesATensorThatTheArchitectureDoesNotHave() throws IOException {
    Map<String, List<Long>> shapes = new TensorLayout(TINY).shapes();
    shapes.put("model.layers.0.self_attn.q_proj.bias", List.of(4L));
    weights("model.safetensors", shapes);

    assertFails(ErrorCode.UNSUPPORTED_CHECKPOINT, "q_proj.bias");
  }

  @Test
  void ignoresAnOutputLayerThatIsTiedAndOldRotaryTables() throws IOException {
    Map<String, List<Long>> shapes = new TensorLayout(TINY).shapes();
    shapes.put("lm_head.weight", List.of(4L, 4L));
    shapes.put("model.layers.0.self_attn.rotary_emb.inv_freq", List.of(1L));
    weights("model.safetensors", shapes);

    assertThat(open().tensorNames()).doesNotContain("lm_head.weight");
  }

  @Test
  void namesAPickleFileWhereTheWeightsShouldBe() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    assertFails(ErrorCode.BAD_CHECKPOINT, "model.safetensors");
    Files.writeString(folder.resolve("pytorch_model.bin"), "x");
    assertFails(ErrorCode.UNSUPPORTED_CHECKPOINT, "pytorch_model.bin");
  }

  @ParameterizedTest
  @CsvSource({
    "../outside.safetensors",
    "/etc/passwd",
    "sub/model.safetensors",
    "weights.bin",
    "..",
  })
  void opensNoShardOutsideTheFolder(String shard) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"model.norm.weight\": \"" + shard + "\"}}");

    assertFails(ErrorCode.BAD_CHECKPOINT, "weight_map");
  }

  @Test
  void reportsAnIndexThatDoesNotMatchItsShards() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"x\": \"absent.safetensors\"}}");
    assertFails(ErrorCode.BAD_CHECKPOINT, "absent.safetensors");
    Files.writeString(index, "{\"weight_map\": {\"x\": \"model.safetensors\"}}");
    assertFails(ErrorCode.BAD_CHECKPOINT, "weight_map");
    Files.writeString(index, "{\"weight_map\": {}}");
    assertFails(ErrorCode.BAD_CHECKPOINT, "weight_map");
  }

  @Test
  void reportsAFolderWithoutConfiguration() throws IOException {
    Files.delete(folder.resolve("config.json"));

    assertFails(ErrorCode.BAD_CHECKPOINT, "config.json");
  }

  private void config(String change) throws IOException {
    ObjectNode config =
        (ObjectNode)
            MAPPER.readTree(
                """
                {"architectures": ["LlamaForCausalLM"], "vocab_size": 4, "hidden_size": 4,
                 "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
                 "num_key_value_heads": 1, "max_position_embeddings": 16,
                 "tie_word_embeddings": true, "rms_norm_eps": 1e-5}
                """);
    config.setAll((ObjectNode) MAPPER.readTree(change.replace('\'', '"')));
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  private void weights(String file, Map<String, List<Long>> shapes) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    shapes.forEach(
        (name, shape) -> {
          long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
          int elements = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
          writer.add(name, FloatBuffer.allocate(elements), dimensions);
        });
    writer.write(folder.resolve(file));
  }

  private static double theta(ModelConfig config) {
    return config.rotaries().get(0).theta();
  }

  private static ModelConfig tiny() {
    return new ModelConfig(
        "llama",
        4,
        4,
        8,
        2,
        1,
        2,
        List.of(LayerAttention.full(Rotary.plain(1e4))),
        BlockDesign.llama(2),
        OptionalInt.empty(),
        1e-5,
        16,
        true,
        OptionalInt.empty(),
        List.of());
  }

  private Checkpoint open() {
    return Checkpoints.open(folder, FileDigests.uncached());
  }

  private void assertFails(ErrorCode code, String named) {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }
}
