package dev.tuneworthy.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trials as JSON lines, one for each candidate and item: what {@code outcomes.jsonl} of a decision
 * folder holds. The file is replaced as a whole or not at all.
 */
public final class JsonlOutcomes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonlOutcomes() {}

  /**
   * Writes all trials, in place of what the file held.
   *
   * @throws ServiceException {@code DISK} if the file cannot be written
   */
  public static void write(Path file, List<Trial> trials) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(unfinished)) {
        for (Trial trial : trials) {
          for (ItemResult result : trial.results()) {
            out.write(JSON.writeValueAsString(OutcomeLine.of(trial, result)));
            out.write('\n');
          }
        }
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw disk(file, "a file that can be written", e);
    }
  }

  /**
   * The trials of a file, in the order in which each first appears.
   *
   * @throws ServiceException {@code FILE_NOT_FOUND}, {@code DISK}, or {@code BAD_REQUEST} with the
   *     number of the line that is not an outcome
   */
  public static List<Trial> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND,
          file.toString(),
          "a file of outcomes",
          "none",
          "Give the folder of a finished decision.");
    }
    Map<OutcomeLine.TrialKey, List<ItemResult>> trials = new LinkedHashMap<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        OutcomeLine outcome = parse(file, ++number, line);
        trials.computeIfAbsent(outcome.trial(), k -> new ArrayList<>()).add(outcome.result());
      }
    } catch (IOException e) {
      throw disk(file, "a readable file", e);
    }
    return trials.entrySet().stream().map(e -> e.getKey().trial(e.getValue())).toList();
  }

  private static OutcomeLine parse(Path file, int number, String line) {
    try {
      OutcomeLine parsed = JSON.readValue(line, OutcomeLine.class);
      parsed.result(); // an unknown outcome, approach, split or mode shows here
      parsed.trial().trial(List.of());
      return parsed;
    } catch (JsonProcessingException | RuntimeException e) {
      throw new ServiceException(
          ErrorCode.BAD_REQUEST,
          file
              + ":"
              + number
              + ": expected an outcome as a JSON object, found something else."
              + " Restore the file or decide again.",
          e);
    }
  }

  private static ServiceException disk(Path file, String expected, IOException cause) {
    return new ServiceException(
        ErrorCode.DISK,
        file + ": expected " + expected + ", found " + cause + ". Check space and permissions.",
        cause);
  }
}
