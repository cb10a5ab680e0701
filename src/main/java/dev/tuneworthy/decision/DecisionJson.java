package dev.tuneworthy.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The decision record as {@code decision.json} of a decision folder. */
public final class DecisionJson {
  public static final String FILE = "decision.json";
  private static final long LARGEST = 256L << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private DecisionJson() {}

  /** The text of the file; the same record gives the same text. */
  public static String text(DecisionRecord decision) {
    return written(decision);
  }

  /** A decision that was made anew, with what had been decided. */
  public static String text(Repriced repriced) {
    return written(repriced);
  }

  /** A forecast as it is printed for programs. */
  public static String text(Forecast forecast) {
    return written(forecast);
  }

  private static String written(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a decision record has no form in JSON", e);
    }
  }

  /**
   * Writes the file into a folder, as a whole or not at all.
   *
   * @throws ServiceException {@code DISK} if it cannot be written
   */
  public static void write(DecisionRecord decision, Path folder) {
    Path file = folder.resolve(FILE);
    Path unfinished = folder.resolve(FILE + ".part");
    try {
      Files.writeString(unfinished, text(decision) + "\n");
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          file + ": expected a file that can be written, found " + e + ". Check the disk.",
          e);
    }
  }

  /**
   * Reads the record of a folder.
   *
   * @throws ServiceException {@code DECISION_NOT_FOUND} if the folder has none, {@code BAD_REQUEST}
   *     if it is damaged
   */
  public static DecisionRecord read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw ServiceException.of(
          ErrorCode.DECISION_NOT_FOUND,
          "decision " + folder,
          "a folder with " + FILE,
          "none",
          "Give the folder of a finished decision; an unfinished one goes on with 'decide'.");
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw new IOException("larger than " + LARGEST + " bytes");
      }
      return JSON.readValue(file.toFile(), DecisionRecord.class);
    } catch (IOException | RuntimeException e) {
      throw new ServiceException(
          ErrorCode.BAD_REQUEST,
          file
              + ": expected a decision record, found something else ("
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + "). Decide again to write it anew.",
          e);
    }
  }
}
