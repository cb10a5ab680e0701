package dev.tuneworthy.task;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Reads files of one JSON object a line, within {@link InputLimits}; blank lines are skipped. */
public final class JsonLines {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(InputLimits.NESTING)
                          .maxNumberLength(100)
                          .build())
                  .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonLines() {}

  /**
   * The objects of a file, each as {@code reader} makes it of its place ({@code train.jsonl:12})
   * and its value.
   *
   * @param code of the error for a malformed line
   */
  public static <T> List<T> read(
      Path file, ErrorCode code, BiFunction<String, JsonNode, ? extends T> reader) {
    List<T> all = new ArrayList<>();
    for (SourceFile.Line line : SourceFile.lines(file, code)) {
      String where = SourceFile.name(file) + ":" + line.number();
      all.add(reader.apply(where, object(line.text(), where, code)));
    }
    return all;
  }

  /**
   * The objects of a data file of any form: CSV with a header by its name's end, else a JSON array
   * of objects, else one object a line.
   *
   * @param code of the error for a malformed file
   */
  public static <T> List<T> readAny(
      Path file, ErrorCode code, BiFunction<String, JsonNode, ? extends T> reader) {
    String name = SourceFile.name(file);
    if (name.endsWith(".csv")) {
      return CsvTable.objects(file, code, reader);
    }
    byte[] bytes = SourceFile.bytes(file, InputLimits.FILE_BYTES);
    String text = SourceFile.decode(bytes, 0, bytes.length, name, code);
    return text.stripLeading().startsWith("[")
        ? array(text, name, code, reader)
        : read(file, code, reader);
  }

  private static <T> List<T> array(
      String text, String name, ErrorCode code, BiFunction<String, JsonNode, ? extends T> reader) {
    try {
      JsonNode array = MAPPER.readTree(text);
      List<T> all = new ArrayList<>();
      for (JsonNode value : array) {
        String where = name + " [" + all.size() + "]";
        if (!value.isObject() || all.size() >= InputLimits.LINES) {
          throw ServiceException.of(
              code,
              where,
              "at most " + InputLimits.LINES + " JSON objects",
              shown(value.toString()),
              "Mend the file.");
        }
        all.add(reader.apply(where, value));
      }
      return all;
    } catch (JsonProcessingException e) {
      throw new ServiceException(
          code,
          name + ": expected a JSON array, found " + e.getOriginalMessage() + ". Mend the file.",
          e);
    }
  }

  private static JsonNode object(String text, String where, ErrorCode code) {
    try {
      JsonNode value = MAPPER.readTree(text);
      if (!value.isObject()) {
        throw ServiceException.of(
            code, where, "a JSON object", shown(text), "Write one object a line.");
      }
      return value;
    } catch (JsonProcessingException | NumberFormatException e) {
      throw new ServiceException(
          code,
          where
              + ": expected a JSON object, found "
              + shown(text)
              + " ("
              + (e instanceof JsonProcessingException json
                  ? json.getOriginalMessage()
                  : e.getMessage())
              + "). Mend the line.",
          e);
    }
  }

  /** The beginning of a text in quotes, for an error message. */
  public static String shown(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return "'" + (line.length() <= 60 ? line : line.substring(0, 60) + "...") + "'";
  }

  static boolean isJson(String text) {
    try {
      return !MAPPER.readTree(text).isMissingNode();
    } catch (JsonProcessingException | NumberFormatException e) {
      return false;
    }
  }
}
