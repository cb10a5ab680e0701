package dev.tuneworthy.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Columns of text; numbers, and what looks like them, stand to the right. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(List.of(header));
  }

  void row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + rows.get(0).size() + " columns");
    }
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    List<Integer> widths = new ArrayList<>();
    List<Boolean> right = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      int column = c;
      widths.add(rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0));
      right.add(
          rows.size() > 1
              && rows.stream().skip(1).allMatch(r -> r.get(column).matches("[-–]?|[0-9$<].*")));
    }
    return rows.stream()
        .map(
            row -> {
              StringBuilder line = new StringBuilder();
              for (int c = 0; c < columns; c++) {
                String pad = " ".repeat(widths.get(c) - row.get(c).length());
                line.append(c == 0 ? "" : "  ");
                line.append(right.get(c) ? pad + row.get(c) : row.get(c) + pad);
              }
              return line.toString().stripTrailing();
            })
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
