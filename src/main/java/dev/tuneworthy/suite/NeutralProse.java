package dev.tuneworthy.suite;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The shipped text that stands for what a language model read: plain prose about nothing new. */
public final class NeutralProse {
  private NeutralProse() {}

  /**
   * The prose of a home; empty where it has none.
   *
   * @throws ServiceException {@code DISK} if the file is there and cannot be read
   */
  public static Optional<String> in(Path home) {
    Path file = home.resolve("eval-suites").resolve("general").resolve("prose.txt");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, file + " cannot be read: " + e + ". Check the permissions.", e);
    }
  }
}
