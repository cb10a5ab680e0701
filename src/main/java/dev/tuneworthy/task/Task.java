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
 * @param sha256 hash of the content (instruction, choices, metric, examples), in lower-case hex
 */
public record Task(
    String name,
    String instruction,
    List<String> choices,
    Map<Split, List<Example>> examples,
    Metric metric,
    String sha256) {
  public Task {
    choices = List.copyOf(choices);
    examples =
        Map.of(
            Split.TRAIN, List.copyOf(examples.getOrDefault(Split.TRAIN, List.of())),
            Split.DEV, List.copyOf(examples.getOrDefault(Split.DEV, List.of())),
            Split.TEST, List.copyOf(examples.getOrDefault(Split.TEST, List.of())));
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
