package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.RungPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What each rung of the ladder did, in the order of the ladder, and what it took. */
final class Rungs {
  static final String CHECK = "check";
  static final String FORECAST = "forecast";
  static final String PROMPT = "prompt";
  static final String TUNE = "tune";
  static final String RETENTION = "retention";
  static final String MITIGATE = "mitigate";
  static final String CONFIRM = "confirm";
  static final String DECIDE = "decide";
  static final String CURVE = "curve";

  private static final List<String> ORDER =
      List.of(CHECK, FORECAST, PROMPT, TUNE, RETENTION, MITIGATE, CONFIRM, DECIDE, CURVE);

  private final Journal journal;
  private final Spending spending;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> cuts = new LinkedHashMap<>();
  private String current = "";

  private record Entry(boolean done, String reason, long tokens) {}

  Rungs(Journal journal, Spending spending) {
    this.journal = journal;
    this.spending = spending;
  }

  /** Climbs a rung; its tokens add up where it is climbed in two goes. */
  <T> T climb(String rung, Supplier<T> work) {
    long before = spending.tokens();
    current = rung;
    T result = journal.time(rung + "/", work);
    Entry old = entry(rung);
    entries.put(rung, new Entry(true, old.reason(), old.tokens() + spending.tokens() - before));
    return result;
  }

  /** The rung that is climbed, or was last. */
  String current() {
    return current;
  }

  void skip(String rung, String reason) {
    entries.put(rung, new Entry(false, reason, entry(rung).tokens()));
  }

  /** Notes that the budget ended while the present rung was climbed. */
  void cut(String limit) {
    cuts.putIfAbsent(current, limit);
  }

  /** The rungs that the budget cut short, with what was used up, in the order in which it did. */
  Map<String, String> cuts() {
    return cuts;
  }

  /** Says what came of a rung; the tokens stay. */
  void explain(String rung, String reason) {
    entries.put(rung, new Entry(entry(rung).done(), reason, entry(rung).tokens()));
  }

  List<RungPart> parts() {
    List<RungPart> parts = new ArrayList<>();
    for (String rung : ORDER) {
      Entry entry = entry(rung);
      parts.add(
          new RungPart(
              rung,
              entry.done() ? "done" : "skipped",
              entry.reason(),
              rounded(journal.seconds(rung + "/")),
              entry.tokens()));
    }
    return parts;
  }

  static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  private Entry entry(String rung) {
    return Optional.ofNullable(entries.get(rung)).orElse(new Entry(false, "", 0));
  }
}
