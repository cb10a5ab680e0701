package dev.tuneworthy.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Examples from comma-separated values after RFC 4180 with a header of {@code input, expected} or
 * {@code prompt, completion} and optionally {@code split, group, id}; further columns are left
 * alone. Written here because errors must name the line on which a row of several lines begins.
 */
final class CsvTable {
  private record Row(int line, List<String> cells) {}

  private final String name;
  private final String text;
  private int at;
  private int line = 1;

  private CsvTable(String name, String text) {
    this.name = name;
    this.text = text;
  }

  static List<RawExample> read(Path file) {
    byte[] bytes = SourceFile.bytes(file, InputLimits.FILE_BYTES);
    String name = SourceFile.name(file);
    String text = SourceFile.decode(bytes, 0, bytes.length, name, ErrorCode.BAD_EXAMPLE);
    CsvTable table = new CsvTable(name, text);
    List<Row> rows = table.rows();
    if (rows.isEmpty()) {
      throw RawExample.bad(name, "a header", "an empty file", "Begin with 'input,expected'.");
    }
    Map<String, Integer> columns = table.columns(rows.get(0));
    return rows.subList(1, rows.size()).stream().map(row -> table.example(row, columns)).toList();
  }

  /** Rows with any columns, each as an object of texts, told with its place. */
  static <T> List<T> objects(
      Path file, ErrorCode code, BiFunction<String, JsonNode, ? extends T> reader) {
    byte[] bytes = SourceFile.bytes(file, InputLimits.FILE_BYTES);
    String name = SourceFile.name(file);
    List<Row> rows =
        new CsvTable(name, SourceFile.decode(bytes, 0, bytes.length, name, code)).rows();
    List<T> all = new ArrayList<>();
    for (Row row : rows.subList(Math.min(1, rows.size()), rows.size())) {
      List<String> header = rows.get(0).cells;
      String where = name + ":" + row.line;
      if (row.cells.size() != header.size()) {
        throw ServiceException.of(
            code, where, header.size() + " fields", row.cells.size() + "", "Mend the row.");
      }
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < header.size(); i++) {
        object.put(header.get(i).strip(), row.cells.get(i));
      }
      all.add(reader.apply(where, object));
    }
    return all;
  }

  private Map<String, Integer> columns(Row header) {
    Map<String, Integer> columns = new LinkedHashMap<>();
    for (int i = 0; i < header.cells.size(); i++) {
      String column = header.cells.get(i).strip().toLowerCase(Locale.ROOT);
      if (columns.put(column, i) != null) {
        throw bad(header, "each column once", JsonLines.shown(column), "Rename a column.");
      }
    }
    boolean pair = columns.containsKey("input") && columns.containsKey("expected");
    boolean completion = columns.containsKey("prompt") && columns.containsKey("completion");
    if (pair == completion) {
      throw bad(
          header,
          "columns input,expected or prompt,completion, separated by commas",
          JsonLines.shown(String.join(",", header.cells)),
          "Name the two columns in the first line.");
    }
    return columns;
  }

  private RawExample example(Row row, Map<String, Integer> columns) {
    if (row.cells.size() != columns.size()) {
      throw bad(
          row,
          columns.size() + " fields",
          row.cells.size() + "",
          "Put fields that hold commas, quotes or line breaks in double quotes.");
    }
    String where = name + ":" + row.line;
    boolean pair = columns.containsKey("input");
    return new RawExample(
        where,
        optional(row, columns, "id"),
        optional(row, columns, "group"),
        optional(row, columns, "split").map(value -> RawExample.split(where, value)),
        List.of(),
        row.cells.get(columns.get(pair ? "input" : "prompt")),
        row.cells.get(columns.get(pair ? "expected" : "completion")));
  }

  private static Optional<String> optional(Row row, Map<String, Integer> columns, String column) {
    return Optional.ofNullable(columns.get(column))
        .map(index -> row.cells.get(index).strip())
        .filter(value -> !value.isEmpty());
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    while (at < text.length()) {
      int begin = line;
      List<String> cells = row(begin);
      if (cells.size() > 1 || !cells.get(0).isBlank()) {
        rows.add(new Row(begin, cells));
      }
      if (rows.size() > InputLimits.LINES) {
        throw ServiceException.of(
            ErrorCode.INPUT_TOO_LARGE,
            name + ":" + begin,
            "at most " + InputLimits.LINES + " rows",
            "more",
            "Use a sample of the data.");
      }
    }
    return rows;
  }

  private List<String> row(int begin) {
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(at < text.length() && text.charAt(at) == '"' ? quoted(begin) : plain());
      if (at >= text.length()) {
        return cells;
      }
      char end = text.charAt(at++);
      if (end == '\r' && at < text.length() && text.charAt(at) == '\n') {
        end = text.charAt(at++);
      }
      if (end == '\n') {
        line++;
        return cells;
      }
      if (end != ',') {
        throw bad(
            new Row(begin, cells),
            "a comma or the end of the line after a closing quote",
            "'" + end + "'",
            "Double the quotes inside a quoted field.");
      }
    }
  }

  private String plain() {
    int start = at;
    while (at < text.length() && ",\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at > start
        && at < text.length()
        && text.charAt(at) == '\n'
        && text.charAt(at - 1) == '\r') {
      at--;
    }
    return text.substring(start, at);
  }

  private String quoted(int begin) {
    StringBuilder cell = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        if (at >= text.length() || text.charAt(at) != '"') {
          return cell.toString();
        }
        at++;
      }
      if (c == '\n') {
        line++;
      }
      cell.append(c);
    }
    throw bad(
        new Row(begin, List.of()), "a closing quote", "the end of the file", "Close the quote.");
  }

  private ServiceException bad(Row row, String expected, String found, String remedy) {
    return RawExample.bad(name + ":" + row.line, expected, found, remedy);
  }
}
