package dev.tuneworthy.decision;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is gone when it is closed. */
record ScratchFolder(Path path) implements AutoCloseable {
  static ScratchFolder make() {
    try {
      return new ScratchFolder(Files.createTempDirectory("tuneworthy-"));
    } catch (IOException e) {
      throw disk("a folder for temporary files", e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(path)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw disk(path.toString(), e);
    }
  }

  private static ServiceException disk(String where, IOException cause) {
    return new ServiceException(
        ErrorCode.DISK,
        where
            + ": expected to be made and removed again, found "
            + cause
            + ". Check space and permissions.",
        cause);
  }
}
