package dev.tuneworthy.prompting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A server on loopback that speaks the chat format of OpenAI or Ollama, as a script tells it. */
public final class ChatServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  public final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * @param delayMillis before the response
   */
  public record Response(int status, String body, Map<String, String> headers, long delayMillis) {
    public static Response status(int status) {
      return new Response(status, "{\"error\":{\"message\":\"scripted\"}}", Map.of(), 0);
    }

    public static Response ok(String body) {
      return new Response(200, body, Map.of("Content-Type", "application/json"), 0);
    }

    /** An answer with 100 prompt tokens, of which some were cached. */
    public static Response answer(String text, int cached) {
      return ok(
          """
          {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
          "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],
          "usage":{"prompt_tokens":100,"completion_tokens":3,"total_tokens":103,
          "prompt_tokens_details":{"cached_tokens":%d}}}"""
              .formatted(text, cached));
    }

    Response header(String name, String value) {
      return new Response(status, body, Map.of(name, value), delayMillis);
    }

    Response after(long millis) {
      return new Response(status, body, headers, millis);
    }
  }

  public ChatServer(Function<JsonNode, Response> script) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(threads);
    server.createContext("/", exchange -> handle(exchange, script));
    server.start();
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** The text of the last message of a request. */
  public static String lastMessage(JsonNode request) {
    JsonNode messages = request.get("messages");
    return messages.get(messages.size() - 1).get("content").asText();
  }

  private void handle(HttpExchange exchange, Function<JsonNode, Response> script) {
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    try (exchange) {
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      requests.add(request);
      Response response = script.apply(request);
      Thread.sleep(response.delayMillis());
      response.headers().forEach((k, v) -> exchange.getResponseHeaders().add(k, v));
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      atOnce.decrementAndGet();
      exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a client that went away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
