package dev.tuneworthy.decision;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a search asked of each candidate, and what became of it: so that one can see whether prompts
 * and adapters had comparable chances. Tokens are those of the evidence, as everywhere; what a
 * candidate shares with one that was asked before counts there.
 */
final class SearchLog {
  /** What a candidate is that has won or not been dropped. */
  static final String KEPT = "kept";

  private final Map<String, Line> lines = new LinkedHashMap<>();

  private static final class Line {
    private int items;
    private long tokens;
    private String result = KEPT;
  }

  /**
   * Notes that a candidate was asked.
   *
   * @param items of dev that it has been asked in all
   * @param tokens that this took
   */
  void asked(String candidate, int items, long tokens) {
    Line line = lines.computeIfAbsent(candidate, id -> new Line());
    line.items = Math.max(line.items, items);
    line.tokens += tokens;
  }

  /** Notes why a candidate was dropped. */
  void dropped(String candidate, String why) {
    lines.computeIfAbsent(candidate, id -> new Line()).result = why;
  }

  /** As {@code halved: prompt 9 of 14 on 32 items}. */
  static String halved(String what, int place, int of, int items) {
    return "halved: %s %d of %d on %d items".formatted(what, place, of, items);
  }

  /** One line for each candidate, in the order in which they were first asked. */
  List<Map<String, Object>> candidates() {
    List<Map<String, Object>> told = new ArrayList<>();
    lines.forEach(
        (candidate, line) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("candidate", candidate);
          one.put("items", line.items);
          one.put("tokens", line.tokens);
          one.put("result", line.result);
          told.add(one);
        });
    return told;
  }

  /** The effort in all. */
  Map<String, Object> effort() {
    Map<String, Object> sum = new LinkedHashMap<>();
    sum.put("candidates", lines.values().stream().filter(line -> line.items > 0).count());
    sum.put("items", lines.values().stream().mapToLong(line -> line.items).sum());
    sum.put("tokens", lines.values().stream().mapToLong(line -> line.tokens).sum());
    return sum;
  }
}
