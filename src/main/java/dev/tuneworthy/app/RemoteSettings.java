package dev.tuneworthy.app;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.prompting.RemoteModelConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How remote models are reached, from the environment. For the provider {@code openai} (and {@code
 * ollama} likewise):
 *
 * <ul>
 *   <li>{@code TUNEWORTHY_OPENAI_BASE_URL}, by default OpenAI's own;
 *   <li>{@code TUNEWORTHY_OPENAI_KEY_VARIABLE}, the name of the variable that holds the key: {@code
 *       OPENAI_API_KEY} for OpenAI's own address, none for another one, so that a key is not sent
 *       to somebody else by accident;
 *   <li>{@code TUNEWORTHY_OPENAI_TIMEOUT_SECONDS}, {@code _RETRIES}, {@code _CONCURRENCY};
 *   <li>{@code TUNEWORTHY_OPENAI_COMPLETION_TOKENS=true} for reasoning models, which refuse {@code
 *       max_tokens} and a temperature.
 * </ul>
 */
final class RemoteSettings {
  private final String prefix;
  private final Map<String, String> environment;

  private RemoteSettings(String provider, Map<String, String> environment) {
    this.prefix = "TUNEWORTHY_" + provider.toUpperCase(Locale.ROOT) + "_";
    this.environment = environment;
  }

  /**
   * The configuration of every provider.
   *
   * @throws ServiceException {@code BAD_USAGE} that names the variable which is wrong
   */
  static Map<String, RemoteModelConfig> of(Map<String, String> environment) {
    return Map.of(
        "openai", new RemoteSettings("openai", environment).read(RemoteModelConfig.openAi()),
        "ollama", new RemoteSettings("ollama", environment).read(RemoteModelConfig.ollama()));
  }

  private RemoteModelConfig read(RemoteModelConfig defaults) {
    Optional<URI> url = given("BASE_URL").map(this::url);
    Optional<String> ownKey = url.isPresent() ? Optional.empty() : defaults.keyVariable();
    try {
      return new RemoteModelConfig(
          url.orElse(defaults.baseUrl()),
          given("KEY_VARIABLE").or(() -> ownKey),
          given("TIMEOUT_SECONDS")
              .map(v -> Duration.ofSeconds(number("TIMEOUT_SECONDS", v)))
              .orElse(defaults.timeout()),
          given("RETRIES").map(v -> number("RETRIES", v)).orElse(defaults.retries()),
          given("CONCURRENCY").map(v -> number("CONCURRENCY", v)).orElse(defaults.concurrency()),
          given("COMPLETION_TOKENS").map("true"::equals).orElse(defaults.completionTokens()));
    } catch (IllegalArgumentException e) {
      throw new ServiceException(
          ErrorCode.BAD_USAGE,
          "environment variables " + prefix + "*: expected " + e.getMessage() + ". Correct them.",
          e);
    }
  }

  private URI url(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw wrong("BASE_URL", "http(s)://host[:port][/path]", "no address");
    }
  }

  private int number(String name, String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw wrong(name, "a whole number", "'" + text + "'");
    }
  }

  private ServiceException wrong(String name, String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "environment variable " + prefix + name,
        expected,
        found,
        "Correct it or unset it.");
  }

  private Optional<String> given(String name) {
    return Optional.ofNullable(environment.get(prefix + name)).filter(v -> !v.isBlank());
  }
}
