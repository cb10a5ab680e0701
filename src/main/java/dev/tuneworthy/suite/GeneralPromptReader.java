package dev.tuneworthy.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.JsonLines;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads general prompts: JSONL with {@code id}, {@code family} and {@code chat}. */
public final class GeneralPromptReader {
  private static final int MOST_CHARACTERS = 4000;

  private GeneralPromptReader() {}

  /**
   * All prompts of a file, in its order.
   *
   * @throws ServiceException {@code BAD_SUITE} with file and line, or {@code FILE_NOT_FOUND}
   */
  public static List<GeneralPrompt> read(Path file) {
    Set<String> ids = new HashSet<>();
    return JsonLines.read(file, ErrorCode.BAD_SUITE, (where, value) -> prompt(where, value, ids));
  }

  private static GeneralPrompt prompt(String where, JsonNode value, Set<String> ids) {
    String id = text(where, value, "id");
    if (!ids.add(id)) {
      throw ServiceException.of(
          ErrorCode.BAD_SUITE, where, "an id used once", "'" + id + "' again", "Rename one.");
    }
    return new GeneralPrompt(id, text(where, value, "family"), text(where, value, "chat"));
  }

  private static String text(String where, JsonNode value, String field) {
    String text = value.path(field).isTextual() ? value.path(field).asText().strip() : "";
    if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
      throw ServiceException.of(
          ErrorCode.BAD_SUITE,
          where,
          "\"" + field + "\" of 1 to " + MOST_CHARACTERS + " characters",
          text.isEmpty() ? "none" : text.length() + " characters",
          "Correct the line.");
    }
    return text;
  }
}
