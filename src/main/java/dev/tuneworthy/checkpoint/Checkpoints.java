package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Opens a model from a GGUF file or a Hugging Face folder. */
public final class Checkpoints {
  private static final Set<String> PICKLES = Set.of("bin", "pt", "pth", "ckpt", "pkl", "pickle");

  private Checkpoints() {}

  /** As {@link #open(Path, FileDigests)}, with digests kept in the default cache folder. */
  public static Checkpoint open(Path ggufOrFolder) {
    return open(ggufOrFolder, FileDigests.in(CacheFolder.fromEnvironment()));
  }

  /**
   * Opens and checks a checkpoint; the caller closes it.
   *
   * @throws ServiceException {@link ErrorCode#FILE_NOT_FOUND}, {@link ErrorCode#BAD_CHECKPOINT}
   *     (corrupt or truncated) or {@link ErrorCode#UNSUPPORTED_CHECKPOINT} (named feature)
   */
  public static Checkpoint open(Path ggufOrFolder, FileDigests digests) {
    if (!Files.exists(ggufOrFolder)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND,
          "model " + ggufOrFolder,
          "a GGUF file or a Hugging Face folder",
          "nothing there",
          "Check the path, or name a model of 'model list'.");
    }
    if (Files.isDirectory(ggufOrFolder)) {
      return HuggingFaceFolder.open(ggufOrFolder, digests);
    }
    if (!Files.isRegularFile(ggufOrFolder)) {
      // Opening a pipe would wait for whoever writes into it.
      throw CheckpointErrors.unsupported(
          ggufOrFolder, "a GGUF file or a folder", "a special file", "Name a model.");
    }
    refuseOtherFiles(ggufOrFolder);
    return GgufCheckpoint.open(ggufOrFolder, digests);
  }

  static boolean isPickle(String fileName) {
    return PICKLES.contains(extension(fileName));
  }

  private static void refuseOtherFiles(Path file) {
    String name = String.valueOf(file.getFileName());
    if (isPickle(name)) {
      throw CheckpointErrors.pickle(file);
    }
    if (extension(name).equals("safetensors")) {
      throw CheckpointErrors.unsupported(
          file, "a GGUF file or a folder", "a single safetensors file", "Name its folder instead.");
    }
  }

  private static String extension(String fileName) {
    return fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
