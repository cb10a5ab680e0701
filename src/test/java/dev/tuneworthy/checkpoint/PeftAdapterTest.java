package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeftAdapterTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Path FIXTURE = Path.of("src/test/resources/fixtures/tiny-llama/adapter");
  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final String V = "model.layers.0.self_attn.v_proj";

  @TempDir Path folder;

  @Test
  void readsWhatPeftWrote() {
    PeftAdapter adapter = PeftAdapter.read(FIXTURE);

    assertThat(adapter.rank()).isEqualTo(4);
    assertThat(adapter.alpha()).isEqualTo(8);
    assertThat(adapter.baseModel()).isEqualTo("tiny-llama");
    assertThat(adapter.targetModules()).hasSize(7).contains("q_proj", "down_proj");
    assertThat(adapter.modules()).hasSize(14).containsKey(Q);
    assertThat(adapter.modules().get(Q).a().remaining()).isEqualTo(4 * 32);
    assertThat(adapter.modules().get(Q).out()).isEqualTo(32);
    assertThat(adapter.scale(Q)).isEqualTo(2);
  }

  @Test
  void writesThatAdapterBackWithTheSameTensors() throws IOException {
    PeftAdapter adapter = PeftAdapter.read(FIXTURE);
    adapter.write(folder.resolve("again"));

    PeftAdapter again = PeftAdapter.read(folder.resolve("again"));

    assertThat(again.sha256()).isEqualTo(adapter.sha256());
    assertThat(again.modules().get(V).b()).isEqualTo(adapter.modules().get(V).b());
    JsonNode config = MAPPER.readTree(folder.resolve("again/adapter_config.json").toFile());
    assertThat(config.get("lora_alpha").isInt()).isTrue();
    assertThat(config.get("target_modules")).hasSize(7);
  }

  @Test
  void writesTheSameBytesEachTimeAndLeavesNothingElse() throws IOException {
    adapter(2, 4, false).write(folder.resolve("one"));
    adapter(2, 4, false).write(folder.resolve("two"));
    adapter(2, 4, false).write(folder.resolve("two"));

    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      assertThat(folder.resolve("one").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("two").resolve(file));
    }
    assertThat(names(folder)).containsExactly("one", "two");
    assertThat(names(folder.resolve("two")))
        .containsExactly("adapter_config.json", "adapter_model.safetensors");
  }

  @Test
  void keepsOtherFilesOfAFolderThatItReplaces() throws IOException {
    Path target = Files.createDirectories(folder.resolve("adapter"));
    Files.writeString(target.resolve("notes.txt"), "mine");

    adapter(2, 4, false).write(target);

    assertThat(names(target)).contains("notes.txt", "adapter_config.json");
    assertThat(PeftAdapter.read(target).rank()).isEqualTo(2);
  }

  @Test
  void keepsARankAndAnAlphaOfItsOwnForEachModule() {
    SortedMap<String, LoraWeights> modules = new TreeMap<>();
    modules.put(Q, weights(1, 3, 2, 5));
    modules.put(V, weights(2, 3, 2, 4));
    modules.put("model.layers.10.self_attn.v_proj", weights(2, 3, 2, 0.5));
    PeftAdapter adapter =
        new PeftAdapter(2, 4, 0.1, false, List.of("v_proj", "q_proj"), "m", modules);
    adapter.write(folder.resolve("a"));

    PeftAdapter read = PeftAdapter.read(folder.resolve("a"));

    assertThat(read.sha256()).isEqualTo(adapter.sha256());
    assertThat(read.modules().get(Q).rank()).isEqualTo(1);
    assertThat(read.scale(Q)).isEqualTo(5);
    assertThat(read.scale(V)).isEqualTo(2);
    assertThat(read.scale("model.layers.10.self_attn.v_proj")).isEqualTo(0.25);
    assertThat(read.dropout()).isEqualTo(0.1);
  }

  /** PEFT: a key matches a whole path or its end from a dot on, the first that matches counts. */
  @Test
  void matchesPatternsAsPeftDoes() throws IOException {
    adapter(2, 4, false).write(folder);
    change("{'alpha_pattern': {'proj': 1, 'q_proj': 6, 'layers.0.self_attn.[qv]_proj': 8}}");

    PeftAdapter read = PeftAdapter.read(folder);

    assertThat(read.scale(Q)).isEqualTo(3);
    assertThat(read.scale(V)).isEqualTo(4);
  }

  /** Kalajdzievski 2023, arXiv 2312.03732: alpha over the root of the rank. */
  @Test
  void scalesByTheRootOfTheRankWhereTheAdapterSaysSo() {
    assertThat(adapter(2, 4, true).scale(Q)).isEqualTo(4 / Math.sqrt(2), within(1e-12));
    adapter(2, 4, true).write(folder);
    assertThat(PeftAdapter.read(folder).rsLora()).isTrue();
  }

  @Test
  void namesTheSameComputationByTheSameDigest() {
    PeftAdapter adapter = adapter(2, 4, false);
    PeftAdapter renamed =
        new PeftAdapter(2, 4, 0.5, false, List.of("q_proj"), "other", adapter.modules());

    assertThat(renamed.sha256()).isEqualTo(adapter.sha256());
    assertThat(adapter(2, 5, false).sha256()).isNotEqualTo(adapter.sha256());
    assertThat(adapter(2, 4, true).sha256()).isNotEqualTo(adapter.sha256());
  }

  @Test
  void sharesNoArrayWithItsMaker() {
    float[] values = {1, 2, 3};
    LoraWeights weights =
        LoraWeights.copyOf(1, 3, 1, 1, FloatBuffer.wrap(values), FloatBuffer.allocate(1));
    values[0] = 9;

    assertThat(weights.a().get(0)).isEqualTo(1);
    assertThat(weights.a().isReadOnly()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "use_dora; {'use_dora': true}",
        "bias all; {'bias': 'all'}",
        "modules_to_save; {'modules_to_save': ['lm_head']}",
        "peft_type LOHA; {'peft_type': 'LOHA'}",
        "fan_in_fan_out; {'fan_in_fan_out': true}",
        "layer_replication; {'layer_replication': [[0, 4]]}",
        "trainable_token_indices; {'trainable_token_indices': [1]}",
        "lora_bias; {'lora_bias': true}",
        "init_lora_weights pissa; {'init_lora_weights': 'pissa'}",
        "some_future_variant; {'some_future_variant': {'strength': 2}}",
        "a whole number from 1 to 16384; {'r': 0}",
        "A [3, in]; {'r': 3}",
        "A [1, in]; {'rank_pattern': {'q_proj': 1}}",
        "rank_pattern; {'rank_pattern': {'q_proj': 1.5}}",
        "rank_pattern; {'rank_pattern': 3}",
        "regular expression; {'alpha_pattern': {'(': 3}}",
        "target_modules; {'target_modules': ['k_proj']}",
        "lora_dropout; {'lora_dropout': 1.5}",
      })
  void refusesByNameWhatItDoesNotApply(String named, String change) throws IOException {
    adapter(2, 4, false).write(folder);
    change(change);

    assertFails(folder, ErrorCode.BAD_ADAPTER, named);
  }

  @Test
  void takesTargetsGivenAsAPatternFromTheWeights() throws IOException {
    adapter(2, 4, false).write(folder);
    change("{'target_modules': '.*_proj'}");

    assertThat(PeftAdapter.read(folder).targetModules()).containsExactly("q_proj", "v_proj");
  }

  @ParameterizedTest
  @CsvSource({
    "base_model.model.x.lora_A.weight, none beside",
    "base_model.model.x.lora_magnitude_vector, lora_magnitude_vector",
    "model.x.lora_A.weight, model.x.lora_A.weight",
    "base_model.model.lm_head.weight, lm_head.weight",
  })
  void refusesTensorsThatAreNotPairsOfLoraWeights(String key, String named) throws IOException {
    adapter(2, 4, false).write(folder);
    adapter(2, 4, false)
        .weightsFile()
        .add(key, FloatBuffer.allocate(6), 2, 3)
        .write(folder.resolve("adapter_model.safetensors"));

    assertFails(folder, ErrorCode.BAD_ADAPTER, named);
  }

  @Test
  void refusesWeightsThatAreNotNumbers() throws IOException {
    SortedMap<String, LoraWeights> modules = new TreeMap<>();
    FloatBuffer broken = FloatBuffer.wrap(new float[] {1, Float.NaN, 3});
    modules.put(Q, LoraWeights.copyOf(1, 3, 1, 1, broken, FloatBuffer.allocate(1)));
    new PeftAdapter(1, 1, 0, false, List.of("q_proj"), "m", modules).write(folder);

    assertFails(folder, ErrorCode.BAD_ADAPTER, "NaN in " + Q);
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    assertFails(folder.resolve("none"), ErrorCode.FILE_NOT_FOUND, "PEFT folder");
    assertFails(folder, ErrorCode.BAD_ADAPTER, "adapter_config.json");
    adapter(2, 4, false).write(folder);
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertFails(folder, ErrorCode.BAD_ADAPTER, "adapter_model.safetensors");
    Files.writeString(folder.resolve("adapter_model.bin"), "x");
    assertFails(folder, ErrorCode.BAD_ADAPTER, "pickle");
  }

  @Test
  void reportsADiskThatCannotBeWritten() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "x").resolve("adapter");

    assertThatThrownBy(() -> adapter(2, 4, false).write(blocked))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK));
  }

  private static PeftAdapter adapter(int rank, double alpha, boolean rsLora) {
    SortedMap<String, LoraWeights> modules = new TreeMap<>();
    modules.put(Q, weights(rank, 3, 2, alpha));
    modules.put(V, weights(rank, 3, 2, alpha));
    return new PeftAdapter(rank, alpha, 0, rsLora, List.of("q_proj", "v_proj"), "base", modules);
  }

  private static LoraWeights weights(int rank, int in, int out, double alpha) {
    float[] a = new float[rank * in];
    float[] b = new float[out * rank];
    for (int i = 0; i < a.length; i++) {
      a[i] = i + 0.5f;
    }
    for (int i = 0; i < b.length; i++) {
      b[i] = -i;
    }
    return LoraWeights.copyOf(rank, in, out, alpha, FloatBuffer.wrap(a), FloatBuffer.wrap(b));
  }

  private void change(String change) throws IOException {
    Path file = folder.resolve("adapter_config.json");
    ObjectNode config = (ObjectNode) MAPPER.readTree(file.toFile());
    config.setAll((ObjectNode) MAPPER.readTree(change.replace('\'', '"')));
    Files.writeString(file, config.toString());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertFails(Path folder, ErrorCode code, String named) {
    assertThatThrownBy(() -> PeftAdapter.read(folder))
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }
}
