package dev.tuneworthy.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code examples} of a task: a file or array for each split, one file or array with a {@code
 * split} in each example, or one with {@code ratios}. Files stand in the task's folder or under it;
 * without a folder (an inline task) no file is ever opened.
 */
final class ExampleSources {
  private final YamlTree tree;
  private final Optional<Path> folder;
  private final long seed;

  ExampleSources(YamlTree tree, Optional<Path> folder, long seed) {
    this.tree = tree;
    this.folder = folder;
    this.seed = seed;
  }

  Map<Split, List<RawExample>> read() {
    JsonNode node = tree.root().path("examples");
    if (node.isTextual() || node.isArray()) {
      return bySplit(list(node, "/examples"));
    }
    if (!node.isObject()) {
      throw tree.wrong(
          "examples",
          "a file, an array or a mapping of splits",
          node.isMissingNode() ? "nothing" : JsonLines.shown(node.toString()),
          "Write examples: {train: train.jsonl, dev: dev.jsonl, test: test.jsonl}.");
    }
    if (node.has("ratios") || node.has("file") || node.has("items")) {
      return byRatios(node);
    }
    tree.allowOnly("/examples", Set.of("train", "dev", "test"));
    Map<Split, List<RawExample>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      if (node.has(split.label())) {
        String at = "/examples/" + split.label();
        splits.put(split, ofSplit(list(node.get(split.label()), at), split));
      }
    }
    return splits;
  }

  private static List<RawExample> ofSplit(List<RawExample> examples, Split split) {
    for (RawExample example : examples) {
      if (example.split().isPresent() && example.split().get() != split) {
        throw RawExample.bad(
            example.where(),
            "split " + split.label() + ", as the task file says",
            "'" + example.split().get().label() + "'",
            "Drop the field or move the example.");
      }
    }
    return examples;
  }

  private static Map<Split, List<RawExample>> bySplit(List<RawExample> examples) {
    Map<Split, List<RawExample>> splits = new EnumMap<>(Split.class);
    for (RawExample example : examples) {
      Split split =
          example
              .split()
              .orElseThrow(
                  () ->
                      RawExample.bad(
                          example.where(),
                          "a split: train, dev or test",
                          "none",
                          "Give each example a split, or the task ratios."));
      splits.computeIfAbsent(split, s -> new ArrayList<>()).add(example);
    }
    return splits;
  }

  private Map<Split, List<RawExample>> byRatios(JsonNode node) {
    tree.allowOnly("/examples", Set.of("file", "items", "ratios"));
    tree.allowOnly("/examples/ratios", Set.of("train", "dev", "test"));
    if (node.has("file") == node.has("items")) {
      throw tree.wrong("examples", "'file' or 'items'", "both or neither", "Give one of them.");
    }
    Map<Split, Double> shares = shares(node.path("ratios"));
    String key = node.has("file") ? "file" : "items";
    List<RawExample> examples = list(node.get(key), "/examples/" + key);
    for (RawExample example : examples) {
      if (example.split().isPresent()) {
        throw RawExample.bad(
            example.where(),
            "no split beside ratios",
            "'" + example.split().get().label() + "'",
            "Drop the ratios or the field.");
      }
    }
    return RatioSplit.deal(examples, shares, seed);
  }

  private Map<Split, Double> shares(JsonNode ratios) {
    Map<Split, Double> shares = new EnumMap<>(Split.class);
    double sum = 0;
    for (Split split : Split.values()) {
      double share = ratios.path(split.label()).asDouble(-1);
      shares.put(split, share);
      sum += share;
    }
    if (shares.values().stream().anyMatch(share -> share <= 0) || Math.abs(sum - 1) > 1e-6) {
      throw tree.wrong(
          "examples",
          "ratios of train, dev and test above 0 with sum 1",
          JsonLines.shown(ratios.toString()),
          "Write ratios: {train: 0.6, dev: 0.2, test: 0.2}.");
    }
    return shares;
  }

  private List<RawExample> list(JsonNode node, String at) {
    if (node.isArray()) {
      return inline(node, at);
    }
    if (!node.isTextual()) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          tree.where(at),
          "a file or an array of examples",
          JsonLines.shown(node.toString()),
          "Name a .jsonl or .csv file.");
    }
    Path file = file(node.asText(), at);
    String lower = node.asText().toLowerCase(Locale.ROOT);
    if (lower.endsWith(".csv")) {
      return CsvTable.read(file);
    }
    if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) {
      return JsonLines.read(file, ErrorCode.BAD_EXAMPLE, ExampleObject::read);
    }
    throw ServiceException.of(
        ErrorCode.BAD_TASK,
        tree.where(at),
        "a .jsonl or .csv file",
        JsonLines.shown(node.asText()),
        "Convert the file.");
  }

  private List<RawExample> inline(JsonNode array, String at) {
    if (array.size() > InputLimits.LINES) {
      throw ServiceException.of(
          ErrorCode.INPUT_TOO_LARGE,
          tree.where(at),
          "at most " + InputLimits.LINES + " examples",
          array.size() + "",
          "Use a sample of the data.");
    }
    List<RawExample> examples = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      String item = at + "/" + i;
      String where = tree.where(item);
      // Values of one flow sequence share a line; the path keeps their places apart.
      examples.add(
          ExampleObject.read(where.endsWith(item) ? where : where + " " + item, array.get(i)));
    }
    return examples;
  }

  private Path file(String name, String at) {
    if (folder.isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          tree.where(at),
          "an array of examples",
          "a file name " + JsonLines.shown(name),
          "An inline task carries its examples; files are never opened for it.");
    }
    return NeighbourFile.resolve(folder.get(), name, tree.where(at), ErrorCode.BAD_TASK);
  }
}
