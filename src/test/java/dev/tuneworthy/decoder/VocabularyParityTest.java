package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tuneworthy.checkpoint.TokenizerSource.GgufVocabulary;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vocabularies as GGUF holds them against the libraries that they come from. */
class VocabularyParityTest {
  private static final Path FOLDER = Path.of("src/test/resources/fixtures/vocabularies");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @ParameterizedTest
  @ValueSource(strings = {"sentencepiece-spaced", "sentencepiece-plain", "qwen2", "llama-bpe"})
  void givesTheIdsOfTheReferenceAndTheTextBack(String name) throws IOException {
    JsonNode expected = read(name);
    try (Tokenizer tokenizer = Tokenizer.of(vocabulary(expected))) {
      assertThat(expected.get("texts").size()).isGreaterThan(15);
      for (JsonNode text : expected.get("texts")) {
        int[] ids = MAPPER.convertValue(text.get("ids"), int[].class);
        assertThat(tokenizer.encode(text.get("text").asText()))
            .as("ids of '%s'", text.get("text").asText())
            .isEqualTo(ids);
        assertThat(tokenizer.decode(ids, false)).isEqualTo(text.get("decoded").asText());
      }
    }
  }

  @Test
  void takesASpelledControlTokenForTheTokenBetweenPlainText() throws IOException {
    JsonNode plain = read("sentencepiece-plain");
    try (Tokenizer tokenizer = Tokenizer.of(vocabulary(plain))) {
      int turn = tokenizer.specialToken("<turn>").orElseThrow();
      int[] ids = tokenizer.encode("the<turn>the");

      assertThat(ids).contains(turn);
      assertThat(ids[0]).isEqualTo(ids[ids.length - 1]);
      assertThat(tokenizer.specialTokensIn("the<turn>\n")).containsExactly("<turn>");
    }
  }

  @Test
  void beginsAPlainTextWithTheTokenThatTheFileAsksFor() throws IOException {
    JsonNode plain = read("sentencepiece-plain");
    try (Tokenizer tokenizer = Tokenizer.of(vocabulary(plain))) {
      assertThat(tokenizer.beginning())
          .containsExactly(tokenizer.specialToken("<s>").orElseThrow());
    }
    try (Tokenizer tokenizer = Tokenizer.of(vocabulary(read("qwen2")))) {
      assertThat(tokenizer.beginning()).isEmpty();
    }
  }

  @Test
  void reportsASentencePieceVocabularyWithoutScores() throws IOException {
    GgufVocabulary v = vocabulary(read("sentencepiece-plain"));
    GgufVocabulary scoreless =
        new GgufVocabulary(
            v.model(),
            v.preTokenizer(),
            v.tokens(),
            v.types(),
            List.of(),
            List.of(),
            false,
            true,
            v.bosToken(),
            v.eosToken());

    assertThatThrownBy(() -> Tokenizer.of(scoreless))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CHECKPOINT))
        .hasMessageContaining("tokenizer.ggml.scores");
  }

  private static JsonNode read(String name) throws IOException {
    return MAPPER.readTree(FOLDER.resolve(name + ".json").toFile());
  }

  private static GgufVocabulary vocabulary(JsonNode json) {
    boolean sentencePiece = json.get("model").asText().equals("llama");
    return new GgufVocabulary(
        json.get("model").asText(),
        json.get("pre").asText(),
        List.of(MAPPER.convertValue(json.get("tokens"), String[].class)),
        List.of(MAPPER.convertValue(json.get("token_type"), Integer[].class)),
        List.of(MAPPER.convertValue(json.get("scores"), Double[].class)),
        List.of(MAPPER.convertValue(json.get("merges"), String[].class)),
        json.get("add_space_prefix").asBoolean(),
        sentencePiece,
        sentencePiece ? Optional.of("<s>") : Optional.empty(),
        Optional.empty());
  }
}
