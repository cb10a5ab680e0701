package dev.tuneworthy.decision;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of a decision: {@code decision.json}, {@code prompt.json}, {@code outcomes.jsonl} and
 * {@code adapter/} are the result; {@code cache/}, {@code training/} and {@code journal.json} let
 * an interrupted decision go on. Each file is replaced as a whole or not at all.
 */
final class DecisionFolder {
  static final String PROMPT = "prompt.json";
  static final String OUTCOMES = "outcomes.jsonl";
  static final String ADAPTER = "adapter";

  private final Path folder;

  DecisionFolder(Path folder) {
    this.folder = folder;
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  void make() {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new ServiceException(
          ErrorCode.BAD_USAGE,
          folder
              + ": expected a folder for the decision, found that "
              + e.getFile()
              + " is a file. Name another folder.",
          e);
    } catch (IOException e) {
      throw disk(folder, "a folder that can be made", e);
    }
  }

  /** The record, if a decision is finished here; a damaged one is to be made anew. */
  Optional<DecisionRecord> finished() {
    try {
      return Files.isRegularFile(folder.resolve(DecisionJson.FILE))
          ? Optional.of(DecisionJson.read(folder))
          : Optional.empty();
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.BAD_REQUEST) {
        return Optional.empty();
      }
      throw e;
    }
  }

  void write(DecisionRecord decision) {
    DecisionJson.write(decision, folder);
  }

  /** Removes what an earlier decision left and this one does not replace. */
  void remove(String name) {
    Path path = folder.resolve(name);
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw disk(path, "files that can be removed", e);
    }
  }

  static void write(Path file, String text) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(unfinished, text, StandardCharsets.UTF_8);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw disk(file, "a file that can be written", e);
    }
  }

  private static ServiceException disk(Path where, String expected, IOException cause) {
    return new ServiceException(
        ErrorCode.DISK,
        where
            + ": expected "
            + expected
            + ", found "
            + cause
            + ". Check space and permissions, then give the same command again.",
        cause);
  }
}
