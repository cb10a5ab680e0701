package dev.tuneworthy.task;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Resolves a file that a YAML file names: it stands in the same folder or under it. */
public final class NeighbourFile {
  private NeighbourFile() {}

  /**
   * The file, whose real place, after symbolic links, is in {@code folder} or under it.
   *
   * @param where the place that names it, for errors
   * @param code of the error for a name that leads elsewhere
   */
  public static Path resolve(Path folder, String name, String where, ErrorCode code) {
    try {
      Path file = folder.resolve(name).normalize();
      if (!file.startsWith(folder.normalize())
          || !file.toRealPath().startsWith(folder.toRealPath())) {
        throw elsewhere(name, where, code);
      }
      return file;
    } catch (InvalidPathException e) {
      throw elsewhere(name, where, code);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.FILE_NOT_FOUND,
          where
              + ": expected a file, found nothing at "
              + JsonLines.shown(name)
              + ". Names are relative to the file that gives them.",
          e);
    }
  }

  private static ServiceException elsewhere(String name, String where, ErrorCode code) {
    return ServiceException.of(
        code,
        where,
        "a file in the folder of this one or under it",
        JsonLines.shown(name),
        "Move the file there.");
  }
}
