package dev.tuneworthy.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a task from a YAML file with its files of examples, or from the same fields given inline.
 *
 * <p>Keys: {@code name}, {@code instruction}, {@code examples} are required; {@code choices} closes
 * the set of answers; {@code instructions} are other wordings of the instruction, of which dev
 * chooses one for the prompts; {@code metric} is {@code accuracy} unless given; {@code tolerance}
 * is the absolute difference that the metric {@code numeric} accepts (0 unless given); {@code
 * description}, {@code license} and {@code source} are notes for readers. Every fault is a {@link
 * ServiceException} that names file and line. Bounds are in {@link InputLimits}.
 */
public final class TaskReader {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "instruction",
          "instructions",
          "choices",
          "examples",
          "metric",
          "tolerance",
          "description",
          "license",
          "source");

  private TaskReader() {}

  /**
   * Reads a task file; its examples stand beside it.
   *
   * @param seed of the split where the task gives ratios
   */
  public static Task read(Path taskYaml, long seed) {
    YamlTree tree = YamlTree.read(taskYaml, ErrorCode.BAD_TASK);
    try {
      Path folder = taskYaml.toRealPath().getParent();
      return task(tree, Optional.ofNullable(folder), seed);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, SourceFile.name(taskYaml) + " cannot be resolved: " + e.getMessage(), e);
    }
  }

  /**
   * Reads an inline task: the fields of the file, examples as arrays for each split or as one array
   * in which each example has a {@code split}. Opens no file.
   */
  public static Task parse(JsonNode tree, long seed) {
    return task(YamlTree.inline(tree, "task", ErrorCode.BAD_TASK), Optional.empty(), seed);
  }

  private static Task task(YamlTree tree, Optional<Path> folder, long seed) {
    tree.allowOnly("", KEYS);
    String name = name(tree);
    String instruction = tree.text("instruction");
    List<String> instructions = TaskValidation.instructions(tree, instruction);
    Metric metric = metric(tree);
    double tolerance = tolerance(tree, metric);
    List<String> choices = choices(tree);
    Map<Split, List<Example>> examples =
        TaskValidation.examples(
            tree.where("/examples"),
            new ExampleSources(tree, folder, seed).read(),
            choices,
            metric);
    String sha256 = ContentHash.of(instructions, choices, metric, tolerance, examples);
    return new Task(name, instruction, instructions, choices, examples, metric, tolerance, sha256);
  }

  private static String name(YamlTree tree) {
    String name = tree.text("name");
    if (name.length() > InputLimits.NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw tree.wrong(
          "name",
          "one line of at most " + InputLimits.NAME + " characters",
          JsonLines.shown(name),
          "Shorten the name.");
    }
    return name;
  }

  private static Metric metric(YamlTree tree) {
    if (!tree.has("metric")) {
      return Metric.ACCURACY;
    }
    String label = tree.text("metric");
    List<String> known = Arrays.stream(Metric.values()).map(Metric::label).toList();
    return Metric.of(label)
        .orElseThrow(
            () ->
                tree.wrong(
                    "metric", "a known metric", "'" + label + "'", Nearest.remedy(label, known)));
  }

  private static double tolerance(YamlTree tree, Metric metric) {
    if (!tree.has("tolerance")) {
      return 0;
    }
    JsonNode given = tree.root().get("tolerance");
    double value = given.isNumber() ? given.asDouble() : -1;
    if (metric != Metric.NUMERIC || !(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw tree.wrong(
          "tolerance",
          "a number of at least 0 beside the metric numeric",
          given + " beside " + metric.label(),
          "Correct it or leave it out.");
    }
    return value;
  }

  private static List<String> choices(YamlTree tree) {
    if (!tree.has("choices")) {
      return List.of();
    }
    return TaskValidation.choices(tree, TaskValidation.texts(tree, "choices", InputLimits.FIELD));
  }
}
