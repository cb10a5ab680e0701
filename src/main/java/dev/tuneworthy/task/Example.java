package dev.tuneworthy.task;

import java.util.List;
import java.util.Optional;

/**
 * One example of a task.
 *
 * @param id stable within the task: split and position, as {@code test-17}
 * @param history earlier turns of the conversation, usually none
 * @param input what the user says
 * @param expected the right answer
 * @param group the source that several examples share, if any; examples of one group are a cluster
 */
public record Example(
    String id, List<Turn> history, String input, String expected, Optional<String> group) {
  public Example {
    history = List.copyOf(history);
    if (id.isBlank()) {
      throw new IllegalArgumentException("an example needs an id");
    }
  }

  public static Example of(String id, String input, String expected) {
    return new Example(id, List.of(), input, expected, Optional.empty());
  }

  /** What makes two examples the same: the conversation up to the answer, in normal form. */
  String key() {
    return key(history, input);
  }

  static String key(List<Turn> history, String input) {
    StringBuilder key = new StringBuilder();
    history.forEach(turn -> key.append(NormalForm.key(turn.content())).append('\n'));
    return key.append(NormalForm.key(input)).toString();
  }
}
