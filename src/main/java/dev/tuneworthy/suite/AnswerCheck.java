package dev.tuneworthy.suite;

import java.util.List;
import java.util.Optional;

/**
 * A programmatic check of a free answer; every condition that is given must hold. Strings are
 * compared without regard to case, on word boundaries.
 *
 * @param containsAny at least one of these, if any are given
 * @param containsAll all of these
 * @param notContains none of these
 * @param regex found in the answer (RE2 syntax, linear time)
 * @param json the whole answer, less a code fence, is a JSON value
 * @param jsonKeys keys that the JSON object must have
 * @param notEcho the answer is not a copy of the question
 */
public record AnswerCheck(
    List<String> containsAny,
    List<String> containsAll,
    List<String> notContains,
    Optional<String> regex,
    Optional<Integer> minWords,
    Optional<Integer> maxWords,
    boolean json,
    List<String> jsonKeys,
    Optional<String> endsWith,
    boolean notEcho) {
  public AnswerCheck {
    containsAny = List.copyOf(containsAny);
    containsAll = List.copyOf(containsAll);
    notContains = List.copyOf(notContains);
    jsonKeys = List.copyOf(jsonKeys);
  }
}
