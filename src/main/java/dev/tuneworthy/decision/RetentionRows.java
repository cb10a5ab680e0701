package dev.tuneworthy.decision;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tuneworthy.decision.RetentionBench.Row;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The finished rows of a {@link RetentionBench} as lines of {@value #FILE}, so that an interrupted
 * bench does not ask again and a table can be made of what is there. One process at a time.
 */
final class RetentionRows {
  static final String FILE = "rows.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private final Path file;
  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** A row under a hash of everything that it depends on. */
  private record Line(
      @JsonProperty(required = true) String key, @JsonProperty(required = true) Row row) {}

  /**
   * Reads what is there; a line that was cut short by a kill is none.
   *
   * @throws ServiceException {@code DISK} if the file cannot be read
   */
  RetentionRows(Path folder) {
    file = folder.resolve(FILE);
    if (Files.exists(file)) {
      try {
        Files.readAllLines(file).forEach(this::read);
      } catch (IOException e) {
        throw unusable(e);
      }
    }
  }

  private void read(String text) {
    try {
      Line line = JSON.readValue(text, Line.class);
      rows.put(line.key(), line.row());
    } catch (JsonProcessingException e) {
      // The row is measured again, from answers that are cached.
    }
  }

  Optional<Row> find(String key) {
    return Optional.ofNullable(rows.get(key));
  }

  /**
   * Keeps a row.
   *
   * @throws ServiceException {@code DISK} if it cannot be written
   */
  void add(String key, Row row) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(
          file,
          "\n" + JSON.writeValueAsString(new Line(key, row)) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      rows.put(key, row);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private ServiceException unusable(IOException e) {
    return new ServiceException(
        ErrorCode.DISK,
        file
            + ": expected a file of finished rows that can be read and written, found "
            + e
            + ". Check the permissions and the space.",
        e);
  }
}
