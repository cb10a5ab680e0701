package dev.tuneworthy.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongConsumer;

/** Fetches the parts of a file one after the other and joins them in order. */
final class AssembledDownload implements ModelSource {
  private final List<ModelSource> parts;

  AssembledDownload(List<ModelSource> parts) {
    this.parts = List.copyOf(parts);
  }

  @Override
  public String name() {
    return parts.get(0).name() + " and " + (parts.size() - 1) + " more parts";
  }

  @Override
  public boolean resumes() {
    return false;
  }

  @Override
  public void fetch(Path partial, LongConsumer arrived) throws IOException, InterruptedException {
    Path piece = partial.resolveSibling(partial.getFileName() + ".piece");
    try (OutputStream whole =
        Files.newOutputStream(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      long joined = 0;
      for (ModelSource part : parts) {
        Files.deleteIfExists(piece);
        long before = joined;
        part.fetch(piece, bytes -> arrived.accept(before + bytes));
        joined += Files.copy(piece, whole);
        arrived.accept(joined);
      }
    } finally {
      Files.deleteIfExists(piece);
    }
  }
}
