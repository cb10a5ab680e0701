package dev.tuneworthy.prompting;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Models behind somebody's API, by configuration. Keys come from the environment, go into the
 * request's header and nowhere else: requests are not logged, and error messages name the base URL
 * only. LangChain4j's own retries are off; {@link RetryingCall} does them.
 */
public final class RemoteModels {
  private final Map<String, RemoteModelConfig> providers;
  private final Function<String, Optional<String>> environment;
  private final InstantSource clock;
  private final RandomGenerator jitter;
  private final RetryingCall.Sleeper sleeper;

  /**
   * @param providers configuration by provider name, {@code openai} and {@code ollama}
   * @param environment value of an environment variable
   * @param jitter spreads retries
   */
  public RemoteModels(
      Map<String, RemoteModelConfig> providers,
      Function<String, Optional<String>> environment,
      InstantSource clock,
      RandomGenerator jitter) {
    this(providers, environment, clock, jitter, d -> Thread.sleep(d.toMillis()));
  }

  RemoteModels(
      Map<String, RemoteModelConfig> providers,
      Function<String, Optional<String>> environment,
      InstantSource clock,
      RandomGenerator jitter,
      RetryingCall.Sleeper sleeper) {
    this.providers = Map.copyOf(providers);
    this.environment = environment;
    this.clock = clock;
    this.jitter = jitter;
    this.sleeper = sleeper;
  }

  /** What records call the model: its name, and a hash of provider, base URL and name. */
  public ModelRef ref(RemoteModelSpec spec) {
    String hash =
        new ContentHash()
            .add(spec.provider())
            .add(config(spec).baseUrl().toString())
            .add(spec.model())
            .hex();
    return new ModelRef(spec.model(), hash, "remote");
  }

  /**
   * Opens a model; no request is made yet.
   *
   * @throws ServiceException {@code BAD_USAGE} if its provider is not configured or its key is not
   *     in the environment
   */
  public Answerer open(RemoteModelSpec spec) {
    RemoteModelConfig config = config(spec);
    Optional<String> key = key(config);
    ChatModel chat =
        spec.provider().equals("ollama") ? ollama(spec, config) : openAi(spec, config, key);
    CallLimits limits = CallLimits.of(config);
    return new ChatModelAnswerer(
        ref(spec),
        new RetryingCall(chat, limits, sleeper, jitter::nextDouble),
        decoding -> parameters(spec, config, decoding),
        new ChatModelAnswerer.Endpoint(config.baseUrl().toString(), key),
        limits.concurrency());
  }

  private ChatModel openAi(RemoteModelSpec spec, RemoteModelConfig config, Optional<String> key) {
    return OpenAiChatModel.builder()
        .httpClientBuilder(new BoundedHttpClient.Builder(config.timeout(), clock))
        .baseUrl(config.baseUrl().toString())
        .apiKey(key.orElse("none")) // servers without keys ignore it, but the builder wants one
        .modelName(spec.model())
        .timeout(config.timeout())
        .maxRetries(0)
        .logRequests(false)
        .logResponses(false)
        .build();
  }

  private ChatModel ollama(RemoteModelSpec spec, RemoteModelConfig config) {
    return OllamaChatModel.builder()
        .httpClientBuilder(new BoundedHttpClient.Builder(config.timeout(), clock))
        .baseUrl(config.baseUrl().toString())
        .modelName(spec.model())
        .timeout(config.timeout())
        .maxRetries(0)
        .logRequests(false)
        .logResponses(false)
        .build();
  }

  private static ChatRequestParameters parameters(
      RemoteModelSpec spec, RemoteModelConfig config, Decoding decoding) {
    int seed = (int) Math.floorMod(decoding.seed(), (long) Integer.MAX_VALUE);
    if (spec.provider().equals("ollama")) {
      return OllamaChatRequestParameters.builder()
          .temperature(decoding.temperature())
          .maxOutputTokens(decoding.maxTokens())
          .seed(seed)
          .build();
    }
    var builder = OpenAiChatRequestParameters.builder().seed(seed);
    return config.completionTokens()
        ? builder.maxCompletionTokens(decoding.maxTokens()).build()
        : builder.temperature(decoding.temperature()).maxOutputTokens(decoding.maxTokens()).build();
  }

  private RemoteModelConfig config(RemoteModelSpec spec) {
    return Optional.ofNullable(providers.get(spec.provider()))
        .orElseThrow(
            () ->
                ServiceException.of(
                    ErrorCode.BAD_USAGE,
                    "model " + spec.provider() + ":" + spec.model(),
                    "a provider that is configured (" + String.join(", ", providers.keySet()) + ")",
                    "'" + spec.provider() + "'",
                    "Configure its base URL."));
  }

  private Optional<String> key(RemoteModelConfig config) {
    return config
        .keyVariable()
        .map(
            name ->
                environment
                    .apply(name)
                    .filter(value -> !value.isBlank())
                    .orElseThrow(
                        () ->
                            ServiceException.of(
                                ErrorCode.BAD_USAGE,
                                "remote model at " + config.baseUrl(),
                                "an API key in the environment variable " + name,
                                "none",
                                "Set " + name + " (to anything, if the server needs no key).")));
  }
}
