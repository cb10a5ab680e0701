package dev.tuneworthy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.prompting.RemoteModelConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteSettingsTest {
  @Test
  void takesOpenAisAddressAndKeyUnlessToldOtherwise() {
    Map<String, RemoteModelConfig> settings = RemoteSettings.of(Map.of());
    assertThat(settings.get("openai")).isEqualTo(RemoteModelConfig.openAi());
    assertThat(settings.get("ollama").keyVariable()).isEmpty();
  }

  @Test
  void doesNotSendOpenAisKeyToAnotherAddressUnlessToldTo() {
    Map<String, String> elsewhere =
        Map.of("TUNEWORTHY_OPENAI_BASE_URL", "http://localhost:8000/v1");
    assertThat(RemoteSettings.of(elsewhere).get("openai").keyVariable()).isEmpty();
    Map<String, String> named =
        Map.of(
            "TUNEWORTHY_OPENAI_BASE_URL", "http://localhost:8000/v1",
            "TUNEWORTHY_OPENAI_KEY_VARIABLE", "MY_KEY");
    assertThat(RemoteSettings.of(named).get("openai").keyVariable()).contains("MY_KEY");
  }

  @Test
  void readsEveryVariable() {
    assertThat(
            RemoteSettings.of(
                    Map.of(
                        "TUNEWORTHY_OLLAMA_BASE_URL", "http://gpu:11434",
                        "TUNEWORTHY_OLLAMA_TIMEOUT_SECONDS", "5",
                        "TUNEWORTHY_OLLAMA_RETRIES", "0",
                        "TUNEWORTHY_OLLAMA_CONCURRENCY", "8"))
                .get("ollama"))
        .isEqualTo(
            new RemoteModelConfig(
                URI.create("http://gpu:11434"),
                Optional.empty(),
                Duration.ofSeconds(5),
                0,
                8,
                false));
  }

  @ParameterizedTest
  @CsvSource({
    "BASE_URL,ftp://x",
    "BASE_URL,http://me:pw@host/v1",
    "BASE_URL,not an address",
    "RETRIES,many",
    "RETRIES,99",
    "CONCURRENCY,0",
    "TIMEOUT_SECONDS,0"
  })
  void namesTheVariableThatIsWrong(String name, String value) {
    assertThatThrownBy(() -> RemoteSettings.of(Map.of("TUNEWORTHY_OPENAI_" + name, value)))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_USAGE))
        .hasMessageContaining("TUNEWORTHY_OPENAI_")
        .hasMessageNotContaining("pw@");
  }
}
