package dev.tuneworthy.task;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * An instruction, its examples in three disjoint splits, its metric and, for a choose task, the
 * closed set of answers.
 *
 * @param instruction may hold {@code {choices}}, replaced by the sorted choices in a prompt
 * @param choices empty for a task with open answers
 * @param tolerance largest absolute difference that the metric {@code numeric} accepts
 * @param sha256 hash of the content (instruction, choices, metric, tolerance, examples), in
 *     lower-case hex
 */
public record Task(
    String name,
    String instruction,
    List<String> choices,
    Map<Split, List<Example>> examples,
    Metric metric,
    double tolerance,
    String sha256) {
  public Task {
    if (name.isBlank() || instruction.isBlank()) {
      throw new IllegalArgumentException("a task needs a name and an instruction: '" + name + "'");
    }
    if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a tolerance is at least 0, not " + tolerance);
    }
    choices = List.copyOf(choices);
    examples =
        Map.of(
            Split.TRAIN, List.copyOf(examples.getOrDefault(Split.TRAIN, List.of())),
            Split.DEV, List.copyOf(examples.getOrDefault(Split.DEV, List.of())),
            Split.TEST, List.copyOf(examples.getOrDefault(Split.TEST, List.of())));
  }

  /** A task whose numbers, if any, must be met exactly. */
  public Task(
      String name,
      String instruction,
      List<String> choices,
      Map<Split, List<Example>> examples,
      Metric metric,
      String sha256) {
    this(name, instruction, choices, examples, metric, 0, sha256);
  }

  public List<Example> split(Split split) {
    return examples.get(split);
  }

  /** Whether answers come from a closed set. */
  public boolean closed() {
    return !choices.isEmpty();
  }

  /** The instruction as a prompt shows it, with the sorted choices in place of their mark. */
  public String renderedInstruction() {
    return instruction.replace("{choices}", String.join(", ", new TreeSet<>(choices)));
  }
}
