package dev.tuneworthy.scoring;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.NormalForm;
import dev.tuneworthy.task.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The scorer of each metric. All give 1 or 0. An empty or senseless answer is wrong: the model was
 * asked and this is what it said. {@link Outcome.Unscored} is left to an expected answer that the
 * metric cannot use, which {@code TaskReader} refuses; {@link Outcome.Failed} to questions without
 * any answer, which no scorer sees.
 */
public final class Scorers {
  private static final Outcome RIGHT = new Outcome.Scored(1);
  private static final Outcome WRONG = new Outcome.Scored(0);

  private Scorers() {}

  /**
   * The scorer of the task's metric.
   *
   * <ul>
   *   <li>{@code accuracy}, {@code f1-macro}: the answer equals the expected one in {@link
   *       NormalForm}; what counts of it is the inside of a leading code fence, and its first line
   *       unless the expected answer has several. In a closed task that line must be one of the
   *       choices.
   *   <li>{@code contains}: the expected answer stands in the answer, both in normal form, as whole
   *       words.
   *   <li>{@code numeric}: the first number of the answer is within the task's tolerance; an answer
   *       without a number is wrong. See {@link FirstNumber}.
   *   <li>{@code json}: the answer, less a leading code fence, is a JSON value equal to the
   *       expected one: members in any order, elements in order, numbers by value.
   *   <li>{@code regex}: the expected pattern (RE2 syntax) is found in the answer; anchor it with
   *       {@code ^} and {@code $} to match all of it.
   * </ul>
   */
  public static Scorer forTask(Task task) {
    return switch (task.metric()) {
      case ACCURACY, F1_MACRO -> exact(task);
      case CONTAINS -> Scorers::contains;
      case NUMERIC -> (example, answer) -> numeric(example, answer, task.tolerance());
      case JSON -> Scorers::json;
      case REGEX -> regex(task);
    };
  }

  /**
   * The class that an answer names: the choice with the same normal form as its first line, or for
   * an open task that normal form itself; empty if it names none.
   */
  public static Optional<String> predicted(Task task, String answer) {
    String line = NormalForm.key(AnswerText.firstLine(answer));
    if (!task.closed()) {
      return Optional.of(line).filter(text -> !text.isEmpty());
    }
    return task.choices().stream().filter(c -> NormalForm.key(c).equals(line)).findFirst();
  }

  private static Scorer exact(Task task) {
    Map<String, String> choices = new HashMap<>();
    task.choices().forEach(choice -> choices.put(NormalForm.key(choice), choice));
    return (example, answer) -> {
      String expected = NormalForm.key(example.expected());
      boolean whole = choices.isEmpty() && example.expected().contains("\n");
      String given =
          NormalForm.key(whole ? AnswerText.unfenced(answer) : AnswerText.firstLine(answer));
      return judged(given.equals(expected) && (choices.isEmpty() || choices.containsKey(given)));
    };
  }

  private static Outcome contains(Example example, String answer) {
    return judged(Words.contain(NormalForm.of(answer), NormalForm.key(example.expected())));
  }

  private static Outcome numeric(Example example, String answer, double tolerance) {
    return FirstNumber.in(example.expected())
        .map(
            expected ->
                judged(
                    FirstNumber.in(AnswerText.unfenced(answer))
                        .filter(given -> FirstNumber.near(given, expected, tolerance))
                        .isPresent()))
        .orElseGet(() -> unscored("a number", example));
  }

  private static Outcome json(Example example, String answer) {
    return JsonValue.of(example.expected())
        .map(
            expected ->
                judged(
                    JsonValue.of(AnswerText.unfenced(answer)).filter(expected::same).isPresent()))
        .orElseGet(() -> unscored("a JSON value", example));
  }

  private static Scorer regex(Task task) {
    Map<String, Optional<Pattern>> patterns = new HashMap<>();
    task.examples()
        .values()
        .forEach(
            split -> split.forEach(e -> patterns.computeIfAbsent(e.expected(), Scorers::pattern)));
    return (example, answer) -> {
      Optional<Pattern> known = patterns.get(example.expected());
      Optional<Pattern> pattern = known == null ? pattern(example.expected()) : known;
      return pattern
          .map(expected -> judged(expected.matcher(answer.strip()).find()))
          .orElseGet(() -> unscored("a pattern in RE2 syntax", example));
    };
  }

  private static Optional<Pattern> pattern(String expected) {
    try {
      return Optional.of(Pattern.compile(expected));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static Outcome judged(boolean right) {
    return right ? RIGHT : WRONG;
  }

  private static Outcome unscored(String what, Example example) {
    return new Outcome.Unscored("the expected answer of " + example.id() + " is not " + what);
  }
}
