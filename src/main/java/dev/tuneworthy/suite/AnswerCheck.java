package dev.tuneworthy.suite;

import com.google.re2j.Pattern;
import dev.tuneworthy.scoring.AnswerText;
import dev.tuneworthy.scoring.JsonValue;
import dev.tuneworthy.scoring.Words;
import dev.tuneworthy.task.NormalForm;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A programmatic check of a free answer; every condition that is given must hold, and a blank
 * answer never passes. Strings are compared without regard to case, kind of apostrophe and number
 * of spaces, on word boundaries.
 *
 * @param containsAny at least one of these, if any are given
 * @param containsAll all of these
 * @param notContains none of these
 * @param regex found in the answer (RE2 syntax, linear time)
 * @param json the whole answer, less a code fence, is a JSON value
 * @param jsonKeys keys that the JSON object must have
 * @param endsWith the end of the answer, on no word boundary
 * @param notEcho the answer is not a copy of the question: less every copy of a question of three
 *     words or more, it still has three words
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
  private static final int LEAST_WORDS = 3;

  public AnswerCheck {
    containsAny = List.copyOf(containsAny);
    containsAll = List.copyOf(containsAll);
    notContains = List.copyOf(notContains);
    jsonKeys = List.copyOf(jsonKeys);
  }

  /** Whether an answer to the question fulfils every condition. */
  public boolean passes(String question, String answer) {
    return saysIt(answer) && keepsForm(question, answer);
  }

  /**
   * Whether an answer that does not pass says what is asked and fails by its form alone: too short
   * or too long, no JSON, another end, an echo of the question.
   */
  public boolean failsByForm(String question, String answer) {
    return saysIt(answer) && !keepsForm(question, answer);
  }

  /** The conditions on what is said. */
  private boolean saysIt(String answer) {
    String text = plain(answer);
    return !text.isEmpty()
        && (containsAny.isEmpty() || containsAny.stream().anyMatch(part -> has(text, part)))
        && containsAll.stream().allMatch(part -> has(text, part))
        && notContains.stream().noneMatch(part -> has(text, part))
        && regex.map(pattern -> Pattern.compile(pattern).matcher(answer).find()).orElse(true);
  }

  /** The conditions on how it is said. */
  private boolean keepsForm(String question, String answer) {
    String text = plain(answer);
    return minWords.map(least -> Words.count(text) >= least).orElse(true)
        && maxWords.map(most -> Words.count(text) <= most).orElse(true)
        && endsWith.map(end -> text.endsWith(plain(end))).orElse(true)
        && (!notEcho || !echoes(question, answer))
        && jsonHolds(answer);
  }

  private boolean jsonHolds(String answer) {
    if (!json && jsonKeys.isEmpty()) {
      return true;
    }
    Optional<JsonValue> value = JsonValue.of(AnswerText.unfenced(answer));
    return value.isPresent() && value.get().keys().containsAll(jsonKeys);
  }

  private static boolean echoes(String question, String answer) {
    String asked = NormalForm.of(question);
    String given = NormalForm.of(answer);
    return given.equals(asked)
        || (Words.count(asked) >= LEAST_WORDS
            && given.contains(asked)
            && Words.count(NormalForm.of(given.replace(asked, " "))) < LEAST_WORDS);
  }

  private static boolean has(String text, String part) {
    return Words.contain(text, plain(part));
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replace('\u2019', '\'').replaceAll("\\s+", " ").strip();
  }
}
