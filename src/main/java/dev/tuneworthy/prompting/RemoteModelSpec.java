package dev.tuneworthy.prompting;

/**
 * A model behind somebody's API, as {@code openai:gpt-4o-mini} or {@code ollama:llama3.2}; base
 * URL, timeouts and the name of the variable that holds the key come from configuration.
 *
 * @param provider {@code openai} (any OpenAI-compatible server) or {@code ollama}
 */
public record RemoteModelSpec(String provider, String model) {
  public RemoteModelSpec {
    if (!provider.equals("openai") && !provider.equals("ollama")) {
      throw new IllegalArgumentException("provider is openai or ollama, not '" + provider + "'");
    }
  }
}
