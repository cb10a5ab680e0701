package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Path;

/** The wording of what can be wrong with a model file. */
final class CheckpointErrors {
  private static final String FETCH_AGAIN = "Fetch the file again or use another checkpoint.";

  private CheckpointErrors() {}

  /** Corrupt, truncated or inconsistent: names the file and the field. */
  static ServiceException bad(Path file, String field, String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_CHECKPOINT, file + ", " + field, expected, found, FETCH_AGAIN);
  }

  static ServiceException unsupported(Path file, String expected, String found, String remedy) {
    return ServiceException.of(
        ErrorCode.UNSUPPORTED_CHECKPOINT, file.toString(), expected, found, remedy);
  }

  static ServiceException unsupported(Path file, String expected, String found) {
    return unsupported(file, expected, found, "Use a checkpoint without it.");
  }

  static ServiceException pickle(Path file) {
    return unsupported(
        file,
        "safetensors or GGUF",
        "a pickle file, which can run code when it is read",
        "Convert it to safetensors where you trust it.");
  }

  static ServiceException unreadable(Path file, IOException cause) {
    return new ServiceException(
        ErrorCode.DISK,
        file + ": cannot be read: " + cause + ". Check the disk, then retry.",
        cause);
  }
}
