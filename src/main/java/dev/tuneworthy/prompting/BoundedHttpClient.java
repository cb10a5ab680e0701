package dev.tuneworthy.prompting;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * LangChain4j's transport over the JDK's client, with what its own lacks: the server's Retry-After
 * reaches the caller, a response is bounded in size, the timeout covers the body too, redirects are
 * not followed (they could carry the key elsewhere), and nothing is logged. Safe for use by several
 * threads.
 */
final class BoundedHttpClient implements HttpClient {
  static final int LARGEST_RESPONSE = 8 << 20;

  private final java.net.http.HttpClient client;
  private final Duration timeout;
  private final InstantSource clock;

  private BoundedHttpClient(Duration timeout, InstantSource clock) {
    this.timeout = timeout;
    this.clock = clock;
    this.client =
        java.net.http.HttpClient.newBuilder()
            .version(java.net.http.HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .followRedirects(java.net.http.HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> call =
        client.sendAsync(jdk(request), info -> new BoundedBody(LARGEST_RESPONSE));
    try {
      return response(call.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (java.util.concurrent.TimeoutException e) {
      call.cancel(true);
      throw new TimeoutException(new HttpTimeoutException("no answer within " + timeout));
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an answer", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new java.io.UncheckedIOException(asIo(e.getCause()));
    }
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedFeatureException("answers are not streamed");
  }

  private SuccessfulHttpResponse response(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    String body = new String(response.body(), StandardCharsets.UTF_8);
    if (status / 100 != 2) {
      Optional<Duration> after =
          response.headers().firstValue("Retry-After").flatMap(v -> retryAfter(v, clock.instant()));
      throw after
          .<HttpException>map(a -> new RetryAfterException(status, body, a))
          .orElseGet(() -> new HttpException(status, body));
    }
    return SuccessfulHttpResponse.builder()
        .statusCode(status)
        .headers(response.headers().map())
        .body(body)
        .build();
  }

  /** Seconds or an HTTP date (RFC 9110, 10.2.3); empty if it is neither. */
  static Optional<Duration> retryAfter(String value, Instant now) {
    String text = value.strip();
    try {
      if (text.matches("\\d{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
      }
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private java.net.http.HttpRequest jdk(HttpRequest request) {
    var builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
            .timeout(timeout)
            .method(
                request.method().name(),
                Optional.ofNullable(request.body())
                    .map(BodyPublishers::ofString)
                    .orElseGet(BodyPublishers::noBody));
    request.headers().forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
    return builder.build();
  }

  private static IOException asIo(Throwable cause) {
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  /** Hands LangChain4j a client; its own timeouts are set by the caller once and for all. */
  static final class Builder implements HttpClientBuilder {
    private final Duration timeout;
    private final InstantSource clock;

    Builder(Duration timeout, InstantSource clock) {
      this.timeout = timeout;
      this.clock = clock;
    }

    @Override
    public Duration connectTimeout() {
      return timeout;
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration ignored) {
      return this;
    }

    @Override
    public Duration readTimeout() {
      return timeout;
    }

    @Override
    public HttpClientBuilder readTimeout(Duration ignored) {
      return this;
    }

    @Override
    public HttpClient build() {
      return new BoundedHttpClient(timeout, clock);
    }
  }
}
