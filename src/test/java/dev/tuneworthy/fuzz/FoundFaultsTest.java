package dev.tuneworthy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.checkpoint.TokenizerSource.HuggingFaceFile;
import dev.tuneworthy.decoder.ChatMessage;
import dev.tuneworthy.decoder.ChatTemplate;
import dev.tuneworthy.decoder.Tokenizer;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.PatternBound;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fuzzing and reading for faults found in the readers, each kept as an example. */
class FoundFaultsTest {
  private static final Path LLAMA = Fixtures.ROOT.resolve("tiny-llama");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "lora_alpha; 1e999; lora_alpha",
        "alpha_pattern; {\"q_proj\": 1e999}; alpha_pattern, q_proj",
        "rank_pattern; {\"((x{1000}){1000}){1000}\": 4}; repetitions small",
        "target_modules; 5; target_modules",
      })
  void anAdapterConfigurationIsRefusedByField(String field, String value, String named)
      throws IOException {
    Path adapter = folder.resolve("adapter");
    Fixtures.copy(LLAMA.resolve("adapter"), adapter);
    Path config = adapter.resolve(PeftAdapter.CONFIG_FILE);
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst(
                "\"" + field + "\": (\\[[^]]*]|[^,\\n]*)",
                Matcher.quoteReplacement("\"" + field + "\": " + value)));

    assertRefused(() -> PeftAdapter.read(adapter), ErrorCode.BAD_ADAPTER, named);
  }

  @Test
  void aPatternIsBoundedByWhatItsRepetitionsComeTo() {
    assertThat(PatternBound.allows("(?s)1[.)].*2[.)].*3[.)]")).isTrue();
    assertThat(PatternBound.allows("^[0-9]{1,3}(,[0-9]{3})*(\\.[0-9]{1,10})?$")).isTrue();
    assertThat(PatternBound.allows("(x{100}){100}")).isTrue();
    assertThat(PatternBound.allows("((x{100}){100}){100}")).isFalse();
    assertThat(PatternBound.allows("(x{9,1000}){1000,}")).isFalse();
    assertThat(PatternBound.allows("x{99999999999999999999999}")).isFalse();
    assertThat(PatternBound.allows("(".repeat(2_001))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aWeightThatIsNoNumberIsFoundWhenTheModelIsLoaded(float weight) throws IOException {
    Path model = folder.resolve("model");
    Fixtures.copy(LLAMA, model);
    Path file = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, weight);
    Files.write(file, bytes);

    assertRefused(() -> readAll(model), ErrorCode.BAD_CHECKPOINT, "finite weights");
  }

  @Test
  void aHeadSizeBeyondAllUseIsRefused() throws IOException {
    Path model = folder.resolve("model");
    Fixtures.copy(LLAMA, model);
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\"head_dim\": [0-9]+", "\"head_dim\": 65538")
            .replaceFirst("\"num_attention_heads\": [0-9]+", "\"num_attention_heads\": 65537"));

    assertRefused(() -> readAll(model), ErrorCode.BAD_CHECKPOINT, "heads of size");
  }

  @Test
  void aChatTemplateFileOfOtherBytesIsNoFaultOfTheDisk() throws IOException {
    Path model = folder.resolve("model");
    Fixtures.copy(LLAMA, model);
    Files.write(model.resolve("chat_template.jinja"), new byte[] {(byte) 0xc3, 0x28});

    assertRefused(() -> readAll(model), ErrorCode.BAD_CHECKPOINT, "chat_template.jinja");
  }

  @Test
  void aTokenIdBeyondAllVocabulariesIsRefused() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(
        file,
        Files.readString(LLAMA.resolve("tokenizer.json"))
            .replaceFirst("\"id\": ?[0-9]+", "\"id\": 2147483647"));
    HuggingFaceFile source = new HuggingFaceFile(file, Optional.empty(), Optional.empty());

    assertRefused(() -> Tokenizer.of(source).close(), ErrorCode.BAD_CHECKPOINT, "token ids below");
  }

  /** Each of these once ran for more than ten seconds, out of memory, or out of stack. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}"
            + "{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(40) %}{% set ns.l = [ns.l, ns.l]"
            + " %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}",
        "{% set ns = namespace(d={}) %}{% for i in range(60) %}"
            + "{% set ns.d = {'a': ns.d, 'b': ns.d} %}{% endfor %}{{ ns.d ~ 'x' }}",
        "{% set ns = namespace(l=[1]) %}{% set ns.l = [ns] %}{{ ns.l }}",
        "{% set ns = namespace(x='aa') %}{% for i in range(19) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}{{ ns.x.replace('a', ns.x)|length }}",
        "{% set ns = namespace(x='aa') %}{% for i in range(19) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}{{ ns.x|replace('a', ns.x)|length }}",
      })
  void aTemplateCannotGrowItsValuesWithoutBound(String source) {
    assertRefusedSoon(source, ErrorCode.INPUT_TOO_LARGE, "expected at most");
  }

  @Test
  void aTemplateCannotNestWithoutBound() {
    int deep = 4_000;
    assertRefusedSoon(
        "{{ " + "(".repeat(deep) + "1" + ")".repeat(deep) + " }}",
        ErrorCode.UNSUPPORTED_CHECKPOINT,
        "levels of brackets");
    assertRefusedSoon(
        "{{ 1" + "|trim".repeat(deep) + " }}",
        ErrorCode.UNSUPPORTED_CHECKPOINT,
        "characters in an expression");
    assertRefusedSoon(
        "{% for i in [1] %}".repeat(deep) + "{% endfor %}".repeat(deep),
        ErrorCode.BAD_CHECKPOINT,
        "nest");
  }

  @Test
  void aReplacementThatIsShorterThanTheOriginalIsNotBounded() {
    String source = "{{ messages[0].content.replace('a', '')|replace('b', 'cc') }}";

    assertThat(render(source, "abab")).isEqualTo("cccc");
  }

  private static void assertRefusedSoon(String source, ErrorCode code, String named) {
    long start = System.nanoTime();
    assertRefused(() -> render(source, "Hello"), code, named);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  private static String render(String source, String content) {
    return ChatTemplate.of(source, "<s>", "</s>")
        .render(List.of(new ChatMessage("user", content)), true);
  }

  private static void readAll(Path model) {
    try (Checkpoint checkpoint = Checkpoints.open(model)) {
      for (String name : checkpoint.tensorNames()) {
        checkpoint.readFloats(name, FloatBuffer.allocate(1 << 16));
      }
    }
  }

  private static void assertRefused(ThrowingCallable call, ErrorCode code, String named) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }
}
