package dev.tuneworthy.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * An instruction, its examples in three disjoint splits, its metric and, for a choose task, the
 * closed set of answers.
 *
 * @param instruction may hold {@code {choices}}, replaced by the sorted choices in a prompt
 * @param instructions every wording of it that may be tried, the one in use among them
 * @param choices empty for a task with open answers
 * @param tolerance largest absolute difference that the metric {@code numeric} accepts
 * @param sha256 hash of the content (instructions, choices, metric, tolerance, examples), in
 *     lower-case hex
 */
public record Task(
    String name,
    String instruction,
    List<String> instructions,
    List<String> choices,
    Map<Split, List<Example>> examples,
    Metric metric,
    double tolerance,
    String sha256) {
  private static final String CHOICE_LIST = "\\s*[(\\[]\\{choices\\}[)\\]]|\\s*:?\\s*\\{choices\\}";

  public Task {
    if (name.isBlank() || instruction.isBlank()) {
      throw new IllegalArgumentException("a task needs a name and an instruction: '" + name + "'");
    }
    if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a tolerance is at least 0, not " + tolerance);
    }
    instructions = List.copyOf(instructions);
    if (!instructions.contains(instruction)) {
      throw new IllegalArgumentException("'" + instruction + "' is none of " + instructions);
    }
    choices = List.copyOf(choices);
    examples =
        Map.of(
            Split.TRAIN, List.copyOf(examples.getOrDefault(Split.TRAIN, List.of())),
            Split.DEV, List.copyOf(examples.getOrDefault(Split.DEV, List.of())),
            Split.TEST, List.copyOf(examples.getOrDefault(Split.TEST, List.of())));
  }

  /** A task with one instruction. */
  public Task(
      String name,
      String instruction,
      List<String> choices,
      Map<Split, List<Example>> examples,
      Metric metric,
      double tolerance,
      String sha256) {
    this(name, instruction, List.of(instruction), choices, examples, metric, tolerance, sha256);
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

  /** Which of the instructions is in use, counted from 1. */
  public int wording() {
    return instructions.indexOf(instruction) + 1;
  }

  /**
   * The same task with another of its instructions in use.
   *
   * @param number counted from 1
   */
  public Task worded(int number) {
    return new Task(
        name,
        instructions.get(number - 1),
        instructions,
        choices,
        examples,
        metric,
        tolerance,
        sha256);
  }

  /**
   * The same task without the list of choices in its instruction, for a model that has learnt them:
   * the mark goes, with a colon or brackets around it. Empty where the instruction has no list.
   */
  public Optional<Task> withoutChoiceList() {
    String shorter = instruction.replaceAll(CHOICE_LIST, "").strip();
    return closed() && !shorter.isEmpty() && !shorter.equals(instruction)
        ? Optional.of(new Task(name, shorter, choices, examples, metric, tolerance, sha256))
        : Optional.empty();
  }

  /** The instruction as a prompt shows it, with the sorted choices in place of their mark. */
  public String renderedInstruction() {
    return instruction.replace("{choices}", String.join(", ", new TreeSet<>(choices)));
  }
}
