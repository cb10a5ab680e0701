package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each family makes of its {@code config.json}, defaults included. */
class HuggingFaceConfigTest {
  /** A letter a layer: f sees everything, s slides. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "ffffff; 'Llama' , 'sliding_window': 8",
        "ffffff; 'Mistral', 'sliding_window': null",
        "ssssss; 'Mistral', 'sliding_window': 8",
        "ssssss; 'Mistral'",
        "ffffff; 'Qwen2', 'sliding_window': 8",
        "ffffff; 'Qwen2', 'sliding_window': 8, 'use_sliding_window': true",
        "ffssss; 'Qwen2', 'sliding_window': 8, 'use_sliding_window': true, 'max_window_layers': 2",
        "ffffff; 'Qwen3', 'sliding_window': null, 'use_sliding_window': true",
        "ffssss; 'Qwen3', 'use_sliding_window': true, 'max_window_layers': 2",
        "sssssf; 'Gemma3'",
        "sssssf; 'Gemma3', 'sliding_window': 8",
        "sfsfsf; 'Gemma3', 'sliding_window': 8, 'sliding_window_pattern': 2",
        "ffffff; 'SmolLM3', 'sliding_window': 8",
        "ssssss; 'SmolLM3', 'sliding_window': 8, 'use_sliding_window': true",
      })
  void knowsWhichLayersSlide(String wanted, String change) {
    ModelConfig config = config(change);

    StringBuilder found = new StringBuilder();
    config.attention().forEach(layer -> found.append(layer.sliding() ? 's' : 'f'));
    assertThat(found).hasToString(wanted);
    assertThat(config.slides()).isEqualTo(wanted.contains("s"));
  }

  @Test
  void listedLayerTypesWin() {
    ModelConfig config =
        config(
            "'Gemma3', 'num_hidden_layers': 2, 'sliding_window': 8,"
                + " 'layer_types': ['full_attention', 'sliding_attention']");

    assertThat(config.attention().stream().map(LayerAttention::sliding))
        .containsExactly(false, true);
  }

  @Test
  void everyFourthLayerOfSmolLm3TurnsNothingUnlessListed() {
    assertThat(turned(config("'SmolLM3'"))).containsExactly(true, true, true, false, true, true);
    assertThat(turned(config("'SmolLM3', 'no_rope_layer_interval': 2")))
        .containsExactly(true, false, true, false, true, false);
    assertThat(turned(config("'SmolLM3', 'no_rope_layers': [0, 1, 1, 1, 1, 0]")))
        .containsExactly(false, true, true, true, true, false);
  }

  @Test
  void givesGemmaTwoRotariesAndScalesOnlyTheOneThatSeesEverything() {
    ModelConfig earlier =
        config(
            "'Gemma3', 'sliding_window': 8, 'rope_theta': 3e6, 'rope_local_base_freq': 2e4,"
                + " 'rope_scaling': {'rope_type': 'linear', 'factor': 8}");
    ModelConfig later =
        config(
            "'Gemma3', 'sliding_window': 8, 'rope_parameters': {"
                + "'full_attention': {'rope_type': 'linear', 'factor': 8, 'rope_theta': 3e6},"
                + "'sliding_attention': {'rope_type': 'default', 'rope_theta': 2e4}}");

    assertThat(earlier.rotaries())
        .containsExactly(Rotary.plain(2e4), Rotary.linear(3e6, 8, earlier.headSize()));
    assertThat(later.rotaries()).isEqualTo(earlier.rotaries());
    assertThat(config("'Gemma3', 'sliding_window': 8").rotaries())
        .containsExactly(Rotary.plain(1e4), Rotary.plain(1e6));
  }

  @Test
  void takesTheFamilysDefaultsWhereTheFileIsSilent() {
    ModelConfig gemma = config("'Gemma3', 'sliding_window': 8, 'query_pre_attn_scalar': 64");

    assertThat(gemma.headSize()).isEqualTo(256);
    assertThat(gemma.tiedEmbeddings()).isTrue();
    assertThat(gemma.design().attentionScale()).isEqualTo(0.125);
    assertThat(gemma.design().embeddingScale()).isCloseTo(Math.sqrt(12), within(1e-12));
    assertThat(config("'Qwen3'").headSize()).isEqualTo(128);
    assertThat(config("'Qwen2'").headSize()).isEqualTo(4);
    assertThat(config("'Llama'").tiedEmbeddings()).isFalse();
    assertThat(config("'SmolLM3'").tiedEmbeddings()).isTrue();
  }

  @Test
  void holdsNoMorePositionsReadyThanAMachineCanUse() {
    assertThat(config("'Llama', 'max_position_embeddings': 10000000").contextLength())
        .isEqualTo(1 << 16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "hidden_act gelu_new; 'Gemma3', 'sliding_window': 8, 'hidden_activation': 'gelu_new'",
        "attn_logit_softcapping; 'Gemma3', 'sliding_window': 8, 'attn_logit_softcapping': 50.0",
        "attention_bias true; 'Qwen3', 'attention_bias': true",
        "chunked_attention; 'Gemma3', 'layer_types': ['chunked_attention']",
        "sliding_attention yarn; 'Gemma3', 'rope_parameters': {'sliding_attention': {'rope_type': 'yarn'}}",
      })
  void refusesByNameWhatAFamilyDoesNotDo(String named, String change) {
    assertThatThrownBy(() -> config(change))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CHECKPOINT))
        .hasMessageContaining(named);
  }

  @Test
  void aSlidingLayerNeedsAWindow() {
    assertThatThrownBy(() -> config("'Gemma3', 'sliding_window': null"))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CHECKPOINT))
        .hasMessageContaining("no window");
  }

  private static List<Boolean> turned(ModelConfig config) {
    return config.attention().stream().map(layer -> layer.rotary().isPresent()).toList();
  }

  /** Six layers of a family; what follows its name overrides. */
  private static ModelConfig config(String familyAndChanges) {
    int comma = familyAndChanges.indexOf(',');
    String family = comma < 0 ? familyAndChanges : familyAndChanges.substring(0, comma);
    String changes = comma < 0 ? "" : familyAndChanges.substring(comma);
    String json =
        "{'architectures': ['"
            + family.replace("'", "").strip()
            + "ForCausalLM'], "
            + plain(changes, "vocab_size", 4)
            + plain(changes, "hidden_size", 12)
            + plain(changes, "intermediate_size", 8)
            + plain(changes, "num_hidden_layers", 6)
            + plain(changes, "max_position_embeddings", 16)
            + "'num_attention_heads': 3"
            + changes
            + "}";
    JsonFields fields =
        JsonFields.parse(
            Path.of("config.json"),
            ErrorCode.BAD_CHECKPOINT,
            json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    return new HuggingFaceConfig(fields).config(Optional.empty());
  }

  private static String plain(String changes, String name, int value) {
    return changes.contains(name) ? "" : "'" + name + "': " + value + ", ";
  }
}
