package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.FileDigests;
import dev.tuneworthy.checkpoint.TokenizerSource;
import dev.tuneworthy.checkpoint.TokenizerSource.GgufVocabulary;
import dev.tuneworthy.checkpoint.TokenizerSource.HuggingFaceFile;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"tiny-llama, tiny-llama", "tiny-llama-gguf/tiny-llama.gguf, tiny-llama-gguf"})
  void agreesWithTransformersOnTextsAndConversations(String model, String expected)
      throws IOException {
    JsonNode cases =
        MAPPER
            .readTree(FIXTURES.resolve(expected).resolve("expected.json").toFile())
            .get("tokenizer");
    try (Checkpoint checkpoint = Checkpoints.open(FIXTURES.resolve(model), FileDigests.uncached());
        Tokenizer tokenizer = Tokenizer.of(checkpoint.tokenizer())) {
      ChatTemplate template = ChatTemplate.of(checkpoint).orElseThrow();
      assertThat(tokenizer.vocabulary()).isEqualTo(checkpoint.config().vocabulary());
      for (JsonNode text : cases.get("texts")) {
        assertThat(tokenizer.encode(text.get("text").asText())).isEqualTo(ids(text));
        assertThat(tokenizer.decode(ids(text), false)).isEqualTo(text.get("decoded").asText());
      }
      for (JsonNode chat : cases.get("chats")) {
        List<ChatMessage> messages = new ArrayList<>();
        chat.get("messages")
            .forEach(
                m ->
                    messages.add(
                        new ChatMessage(m.get("role").asText(), m.get("content").asText())));
        String text = template.render(messages, chat.get("addGenerationPrompt").asBoolean());
        assertThat(text).isEqualTo(chat.get("text").asText());
        assertThat(tokenizer.encode(text)).isEqualTo(ids(chat));
      }
      assertThat(cases.get("texts")).isNotEmpty();
      assertThat(cases.get("chats")).isNotEmpty();
    }
  }

  @Test
  void turnsSpelledSpecialTokensIntoTokensAndFindsThem() {
    try (Tokenizer tokenizer = Tokenizer.of(bytes("smollm"))) {
      assertThat(tokenizer.encode("a<|end|>b")).containsExactly(id('a'), 256, id('b'));
      assertThat(tokenizer.specialTokensIn("a<|end|>b")).containsExactly("<|end|>");
      assertThat(tokenizer.specialTokensIn("a<|en d|>b")).isEmpty();
      assertThat(tokenizer.specialToken("<|end|>")).hasValue(256);
      assertThat(tokenizer.specialToken("a")).isEmpty();
      assertThat(tokenizer.decode(new int[] {id('a'), 256}, true)).isEqualTo("a");
      assertThat(tokenizer.decode(new int[] {id('a'), 256}, false)).isEqualTo("a<|end|>");
    }
  }

  @Test
  void addsNothingAndGivesNothingForNothing() {
    try (Tokenizer tokenizer = Tokenizer.of(bytes("gpt-2"))) {
      assertThat(tokenizer.encode("")).isEmpty();
      assertThat(tokenizer.decode(new int[0], true)).isEmpty();
      assertThat(tokenizer.encode("ab")).containsExactly(257);
    }
  }

  /** The merge "1 1" applies only where the rule leaves the two digits in one piece. */
  @ParameterizedTest
  @CsvSource({"gpt-2, 2", "smollm, 4", "llama-bpe, 3"})
  void splitsDigitsAsTheRuleSays(String rule, int tokens) {
    try (Tokenizer tokenizer = Tokenizer.of(bytes(rule))) {
      // gpt-2: 11|11, smollm: 1|1|1|1, llama-bpe: at most three digits, 11|1 and 1
      assertThat(tokenizer.encode("1111")).hasSize(tokens);
    }
  }

  @Test
  void keepsTextsWithEveryKindOfCharacterWhole() {
    String text = "é 日本 🙂 \u0000 \ufeff tab\t\r\n  end ";
    try (Tokenizer tokenizer = Tokenizer.of(bytes("smollm"))) {
      assertThat(tokenizer.decode(tokenizer.encode(text), false)).isEqualTo(text);
    }
  }

  @Test
  void refusesIdsOutsideTheVocabulary() {
    try (Tokenizer tokenizer = Tokenizer.of(bytes("smollm"))) {
      assertThatThrownBy(() -> tokenizer.decode(new int[] {259}, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("259");
      assertThatThrownBy(() -> tokenizer.decode(new int[] {-1}, false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void isAnErrorToNameAnUnknownSplittingRuleOrKind() {
    assertFails(bytes("whatever"), ErrorCode.UNSUPPORTED_CHECKPOINT, "whatever");
    GgufVocabulary v = bytes("smollm");
    GgufVocabulary wordPiece =
        new GgufVocabulary(
            "bert",
            "default",
            v.tokens(),
            v.types(),
            List.of(),
            List.of(),
            true,
            true,
            Optional.empty(),
            Optional.empty());
    assertFails(wordPiece, ErrorCode.UNSUPPORTED_CHECKPOINT, "bert");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "a b c", " a", "a ", "nothere a"})
  void reportsABrokenMerge(String merge) {
    GgufVocabulary v = bytes("smollm");
    assertFails(
        new GgufVocabulary(
            "gpt2",
            "smollm",
            v.tokens(),
            v.types(),
            List.of(),
            List.of(merge),
            false,
            false,
            v.bosToken(),
            v.eosToken()),
        ErrorCode.BAD_CHECKPOINT,
        "tokenizer.ggml");
  }

  @Test
  void reportsABrokenTokenizerFile() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertFails(source(file), ErrorCode.BAD_CHECKPOINT, "no such file");
    Files.writeString(file, "{");
    assertFails(source(file), ErrorCode.BAD_CHECKPOINT, "valid JSON");
    Files.writeString(file, "{}");
    assertFails(source(file), ErrorCode.BAD_CHECKPOINT, "model.vocab");
    Files.writeString(file, "{\"model\": {\"type\": \"Odd\", \"vocab\": {\"a\": 0}}}");
    assertFails(source(file), ErrorCode.BAD_CHECKPOINT, "tokenizer.json");
  }

  @Test
  void keepsTheLibraryFromReportingItsUseAndFromFetchingAnything() {
    Tokenizer.of(bytes("smollm")).close();

    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(System.getProperty("RUST_FLAVOR")).isEqualTo("cpu");
  }

  private static HuggingFaceFile source(Path file) {
    return new HuggingFaceFile(file, Optional.empty(), Optional.empty());
  }

  /** The 256 bytes, an end token, and two merged tokens: "ab" (257) and "11" (258). */
  private static GgufVocabulary bytes(String rule) {
    List<String> tokens = new ArrayList<>();
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean itself = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      tokens.add(Character.toString(itself ? b : next));
      next += itself ? 0 : 1;
    }
    tokens.addAll(List.of("<|end|>", "ab", "11"));
    List<Integer> types = IntStream.range(0, 259).mapToObj(id -> id == 256 ? 3 : 1).toList();
    return new GgufVocabulary(
        "gpt2",
        rule,
        tokens,
        types,
        List.of(),
        List.of("a b", "1 1"),
        false,
        false,
        Optional.empty(),
        Optional.of("<|end|>"));
  }

  private static int id(char c) {
    return c;
  }

  private static int[] ids(JsonNode node) {
    return MAPPER.convertValue(node.get("ids"), int[].class);
  }

  private static void assertFails(TokenizerSource source, ErrorCode code, String named) {
    assertThatThrownBy(() -> Tokenizer.of(source))
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }
}
