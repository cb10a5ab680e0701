package dev.tuneworthy.prompting;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How a provider is reached.
 *
 * @param baseUrl as {@code https://api.openai.com/v1} or {@code http://localhost:11434}
 * @param keyVariable name of the environment variable that holds the API key; empty if none is
 *     needed
 * @param timeout of one request, connecting and reading included
 * @param retries further attempts after a failure that may pass
 * @param concurrency most requests under way at once
 * @param completionTokens send {@code max_completion_tokens} and no temperature, as OpenAI's
 *     reasoning models want it
 */
public record RemoteModelConfig(
    URI baseUrl,
    Optional<String> keyVariable,
    Duration timeout,
    int retries,
    int concurrency,
    boolean completionTokens) {
  public RemoteModelConfig {
    String scheme = Optional.ofNullable(baseUrl.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https"))
        || Optional.ofNullable(baseUrl.getHost()).isEmpty()
        || Optional.ofNullable(baseUrl.getRawUserInfo()).isPresent()) {
      throw new IllegalArgumentException(
          "a base URL is http(s)://host[:port][/path] without a user, not one of scheme '"
              + scheme
              + "' and host '"
              + baseUrl.getHost()
              + "'");
    }
    if (timeout.isNegative()
        || timeout.isZero()
        || retries < 0
        || retries > 10
        || concurrency < 1
        || concurrency > 64) {
      throw new IllegalArgumentException(
          "a timeout above 0, 0 to 10 retries and a concurrency of 1 to 64, not "
              + timeout
              + ", "
              + retries
              + ", "
              + concurrency);
    }
  }

  /** The defaults for OpenAI-compatible servers. */
  public static RemoteModelConfig openAi() {
    return new RemoteModelConfig(
        URI.create("https://api.openai.com/v1"),
        Optional.of("OPENAI_API_KEY"),
        Duration.ofSeconds(60),
        4,
        4,
        false);
  }

  /** The defaults for Ollama on this machine. */
  public static RemoteModelConfig ollama() {
    return new RemoteModelConfig(
        URI.create("http://localhost:11434"), Optional.empty(), Duration.ofMinutes(2), 2, 1, false);
  }
}
