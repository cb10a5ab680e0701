package dev.tuneworthy.report;

import dev.tuneworthy.report.ReportView.Search;
import dev.tuneworthy.report.ReportView.SearchRow;
import dev.tuneworthy.report.ReportView.ShotsRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts into tables what was asked of prompts and of adapters on <i>dev</i>, so that one can see
 * whether both had a fair chance, and how much the choice of demonstrations matters.
 */
final class SearchWording {
  private static final String PROMPTS = "promptSearch";
  private static final String ADAPTERS = "tuneSearch";
  private static final String SHOTS = "demonstrations";

  private static final Set<String> TOLD = Set.of("candidates", "effort");

  private SearchWording() {}

  /** Whether a part of a record's provenance, by its path, is told here. */
  static boolean tells(String path) {
    return path.equals(SHOTS)
        || Stream.of(PROMPTS, ADAPTERS)
            .filter(search -> path.startsWith(search + "."))
            .map(search -> path.substring(search.length() + 1).split("\\.")[0])
            .anyMatch(TOLD::contains);
  }

  /** The searches that a record tells of; none in one of an earlier release. */
  static List<Search> of(Map<String, Object> provenance) {
    List<Search> searches = new ArrayList<>();
    if (provenance.get(PROMPTS) instanceof Map<?, ?> told) {
      searches.add(search("Prompts", told));
    }
    if (provenance.get(ADAPTERS) instanceof Map<?, ?> told) {
      searches.add(search("Adapters", told));
    }
    return searches;
  }

  /** How far apart prompts were that differ in their demonstrations alone. */
  static List<ShotsRow> shots(Map<String, Object> provenance) {
    return lines(provenance.get(SHOTS)).stream().map(SearchWording::shotsRow).toList();
  }

  private static ShotsRow shotsRow(Map<?, ?> line) {
    return new ShotsRow(
        Figures.count(whole(line, "k")) + " " + text(line, "selection"),
        Figures.count(whole(line, "sets")),
        spread(line, "mean", "low", "high"),
        spread(line, "calibratedMean", "calibratedLow", "calibratedHigh"));
  }

  private static String spread(Map<?, ?> line, String mean, String low, String high) {
    return "%s (%s to %s)"
        .formatted(
            Figures.percent(rate(line, mean)),
            Figures.percent(rate(line, low)),
            Figures.percent(rate(line, high)));
  }

  private static Search search(String what, Map<?, ?> told) {
    return new Search(
        what,
        told.get("effort") instanceof Map<?, ?> effort ? effort(effort) : "",
        lines(told.get("candidates")).stream().map(SearchWording::row).toList());
  }

  private static String effort(Map<?, ?> effort) {
    String asked =
        "%s candidates met %s questions of dev and took %s tokens"
            .formatted(
                Figures.count(whole(effort, "candidates")),
                Figures.count(whole(effort, "items")),
                Figures.count(whole(effort, "tokens")));
    return effort.containsKey("trainedExamples")
        ? "%s, among them %s of training on %s examples."
            .formatted(
                asked,
                Figures.count(whole(effort, "trainedTokens")),
                Figures.count(whole(effort, "trainedExamples")))
        : asked + ".";
  }

  private static SearchRow row(Map<?, ?> line) {
    return new SearchRow(
        text(line, "candidate"),
        Figures.count(whole(line, "items")),
        Figures.count(whole(line, "tokens")),
        text(line, "result"));
  }

  private static List<Map<?, ?>> lines(Object several) {
    List<Map<?, ?>> lines = new ArrayList<>();
    if (several instanceof Collection<?> all) {
      for (Object one : all) {
        if (one instanceof Map<?, ?> line) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  private static String text(Map<?, ?> line, String key) {
    return line.get(key) instanceof String text ? text : "";
  }

  private static long whole(Map<?, ?> line, String key) {
    return line.get(key) instanceof Number number ? number.longValue() : 0;
  }

  private static double rate(Map<?, ?> line, String key) {
    return line.get(key) instanceof Number number ? number.doubleValue() : 0;
  }
}
