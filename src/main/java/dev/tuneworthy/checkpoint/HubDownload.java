package dev.tuneworthy.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Fetches a file of a Hugging Face hub over HTTP and resumes where an earlier try stopped. A hub
 * that does not answer costs a few seconds, so that the next source gets its turn.
 */
final class HubDownload implements ModelSource {
  /**
   * How long to wait.
   *
   * @param connect for the connection
   * @param silence for the next byte
   * @param whole for the whole file
   */
  record Patience(Duration connect, Duration silence, Duration whole) {
    static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMinutes(60));
  }

  private static final int BUFFER_BYTES = 1 << 16;

  private final URI address;
  private final long bytes;
  private final Patience patience;

  HubDownload(URI hub, ModelOrigin.HubFile file, long bytes, Patience patience) {
    String base = hub.toString().replaceAll("/+$", "");
    this.address =
        URI.create(
            base + "/" + file.repository() + "/resolve/" + file.revision() + "/" + file.file());
    this.bytes = bytes;
    this.patience = patience;
  }

  @Override
  public String name() {
    return address.toString();
  }

  @Override
  public boolean resumes() {
    return true;
  }

  @Override
  public void fetch(Path partial, LongConsumer arrived) throws IOException, InterruptedException {
    long have = Files.exists(partial) ? Files.size(partial) : 0;
    if (have >= bytes) {
      Files.delete(partial);
      have = 0;
    }
    long deadline = System.nanoTime() + patience.whole.toNanos();
    URLConnection opened = address.toURL().openConnection();
    if (!(opened instanceof HttpURLConnection connection)) {
      throw new IOException("not an http address: " + address);
    }
    try {
      connection.setConnectTimeout(Math.toIntExact(patience.connect.toMillis()));
      connection.setReadTimeout(Math.toIntExact(patience.silence.toMillis()));
      connection.setRequestProperty("User-Agent", "tuneworthy");
      connection.setRequestProperty("Accept-Encoding", "identity");
      if (have > 0) {
        connection.setRequestProperty("Range", "bytes=" + have + "-");
      }
      boolean goesOn = goesOn(connection, have);
      try (InputStream in = connection.getInputStream();
          OutputStream out =
              Files.newOutputStream(
                  partial,
                  StandardOpenOption.CREATE,
                  goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE)) {
        copy(in, out, goesOn ? have : 0, deadline, arrived);
      }
    } finally {
      connection.disconnect();
    }
  }

  /** Whether the answer continues the partial file (206) or starts over (200). */
  private static boolean goesOn(HttpURLConnection connection, long have) throws IOException {
    int status = connection.getResponseCode();
    if (status == HttpURLConnection.HTTP_OK) {
      return false;
    }
    String range = String.valueOf(connection.getHeaderField("Content-Range"));
    if (status == HttpURLConnection.HTTP_PARTIAL && range.startsWith("bytes " + have + "-")) {
      return true;
    }
    throw new IOException("it answered with status " + status);
  }

  private void copy(
      InputStream in, OutputStream out, long start, long deadline, LongConsumer arrived)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long total = start;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      total += n;
      if (total > bytes) {
        throw new IOException("it sends more than the " + bytes + " bytes expected");
      }
      out.write(buffer, 0, n);
      arrived.accept(total);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("not whole after " + patience.whole.toMinutes() + " minutes");
      }
    }
    if (total < bytes) {
      throw new IOException("it stopped after " + total + " of " + bytes + " bytes");
    }
  }
}
