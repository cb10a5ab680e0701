package dev.tuneworthy.task;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.List;
import java.util.Optional;

/**
 * An example as it was read, before it has a place in the task.
 *
 * @param where its place for errors, as {@code train.jsonl:12}
 */
record RawExample(
    String where,
    Optional<String> id,
    Optional<String> group,
    Optional<Split> split,
    List<Turn> history,
    String input,
    String expected) {
  RawExample {
    history = List.copyOf(history);
    input = input.strip();
    expected = expected.strip();
    require(where, "input", input);
    require(where, "answer", expected);
  }

  /** As {@link Example#key()}. */
  String key() {
    return Example.key(history, input);
  }

  Example as(String newId) {
    return new Example(newId, history, input, expected, group);
  }

  RawExample answering(String answer) {
    return new RawExample(where, id, group, split, history, input, answer);
  }

  static Split split(String where, String name) {
    return Split.of(name)
        .orElseThrow(
            () ->
                bad(
                    where,
                    "a split: train, dev or test",
                    JsonLines.shown(name),
                    "Correct the split."));
  }

  static ServiceException bad(String where, String expected, String found, String remedy) {
    return ServiceException.of(ErrorCode.BAD_EXAMPLE, where, expected, found, remedy);
  }

  private static void require(String where, String what, String text) {
    if (text.isEmpty()) {
      throw bad(where, "an " + what, "an empty one", "Fill it in or drop the example.");
    }
    if (text.length() > InputLimits.FIELD) {
      throw ServiceException.of(
          ErrorCode.INPUT_TOO_LARGE,
          where,
          "an " + what + " of at most " + InputLimits.FIELD + " characters",
          text.length() + " characters",
          "Shorten the example.");
    }
  }
}
