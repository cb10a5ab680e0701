package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server on loopback. */
class HubDownloadTest {
  private static final HubDownload.Patience SHORT =
      new HubDownload.Patience(
          Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(20));

  @TempDir Path folder;

  private final byte[] content = new byte[200_000];
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private Answer answer;
  private Path partial;

  /** What the server does with a request. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void startAServer() throws IOException {
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) ((i * 31) >> 3);
    }
    partial = folder.resolve("f.part");
    answer = this::serve;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              exchange.getRequestURI().getPath()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Range"));
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.start();
  }

  @AfterEach
  void stopTheServer() {
    server.stop(0);
  }

  @Test
  void fetchesTheFileOfARevision() throws Exception {
    List<Long> counts = new ArrayList<>();
    download(address()).fetch(partial, counts::add);

    assertThat(partial).hasBinaryContent(content);
    assertThat(requests).containsExactly("/owner/name/resolve/abc/f.gguf null");
    assertThat(counts).isSorted().last().isEqualTo(200_000L);
  }

  @Test
  void goesOnFromTheBytesThatAreThere() throws Exception {
    Files.write(partial, Arrays.copyOf(content, 150_000));

    download(address()).fetch(partial, n -> {});

    assertThat(partial).hasBinaryContent(content);
    assertThat(requests).containsExactly("/owner/name/resolve/abc/f.gguf bytes=150000-");
  }

  @Test
  void startsOverWhereTheServerKnowsNoRanges() throws Exception {
    Files.write(partial, new byte[1_000]);
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content);
        };

    download(address()).fetch(partial, n -> {});

    assertThat(partial).hasBinaryContent(content);
  }

  @Test
  void startsOverFromAPartThatIsTooLong() throws Exception {
    Files.write(partial, new byte[200_001]);

    download(address()).fetch(partial, n -> {});

    assertThat(partial).hasBinaryContent(content);
  }

  @Test
  void followsTheRedirectThatHubsAnswerWith() throws Exception {
    Answer serve = answer;
    answer =
        exchange -> {
          if (exchange.getRequestURI().getPath().startsWith("/store")) {
            serve.to(exchange);
          } else {
            exchange.getResponseHeaders().set("Location", "/store/blob");
            exchange.sendResponseHeaders(302, -1);
          }
        };

    download(address()).fetch(partial, n -> {});

    assertThat(partial).hasBinaryContent(content);
  }

  @Test
  void reportsAStatusThatIsNoFile() {
    answer = exchange -> exchange.sendResponseHeaders(404, -1);

    assertThatThrownBy(() -> download(address()).fetch(partial, n -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 404");
  }

  @Test
  void keepsWhatArrivedWhenTheConnectionBreaks() throws IOException {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, 120_000);
          exchange.getResponseBody().flush();
        };

    assertThatThrownBy(() -> download(address()).fetch(partial, n -> {}))
        .isInstanceOf(IOException.class);
    assertThat(Files.size(partial)).isPositive().isLessThanOrEqualTo(120_000);
  }

  @Test
  void refusesMoreBytesThanTheCatalogueSays() {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(content);
          exchange.getResponseBody().write(content);
        };

    assertThatThrownBy(() -> download(address()).fetch(partial, n -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than the 200000 bytes");
    assertThat(partial.toFile().length()).isLessThanOrEqualTo(200_000);
  }

  @Test
  void givesUpOnAHubThatTakesTheConnectionAndSaysNothing() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      long start = System.nanoTime();
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());

      assertThatThrownBy(() -> download(address).fetch(partial, n -> {}))
          .isInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }

  @Test
  void reportsAHubThatRefuses() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }

    assertThatThrownBy(
            () -> download(URI.create("http://127.0.0.1:" + port)).fetch(partial, n -> {}))
        .isInstanceOf(IOException.class);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from =
        range == null
            ? 0
            : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-199999/" + content.length);
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
    exchange.getResponseBody().write(content, from, content.length - from);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private HubDownload download(URI hub) {
    return new HubDownload(
        hub, new ModelOrigin.HubFile("owner/name", "abc", "f.gguf"), content.length, SHORT);
  }
}
