package dev.tuneworthy.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {
  private static final AnswerCheck NONE =
      new AnswerCheck(
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          List.of(),
          Optional.empty(),
          false);

  @Test
  void findsWholeWordsWithoutRegardToCase() {
    AnswerCheck check = containing(List.of("Paris", "the city of light"), List.of(), List.of());

    assertThat(check.passes("q", "It is PARIS.")).isTrue();
    assertThat(check.passes("q", "The  city\nof light")).isTrue();
    assertThat(check.passes("q", "Parisians")).isFalse();
  }

  @Test
  void wantsAllAndNone() {
    AnswerCheck check = containing(List.of(), List.of("red", "blue"), List.of("green"));

    assertThat(check.passes("q", "red and blue")).isTrue();
    assertThat(check.passes("q", "red")).isFalse();
    assertThat(check.passes("q", "red, blue, green")).isFalse();
    assertThat(check.passes("q", "don\u2019t")).isFalse();
    assertThat(containing(List.of("don't"), List.of(), List.of()).passes("q", "I don\u2019t"))
        .isTrue();
  }

  @Test
  void countsWords() {
    AnswerCheck check = shaped(Optional.of(2), Optional.of(3), Optional.empty(), false);

    assertThat(check.passes("q", "one")).isFalse();
    assertThat(check.passes("q", " one  two ")).isTrue();
    assertThat(check.passes("q", "one two three four")).isFalse();
  }

  @Test
  void tellsAWrongFormFromAWrongAnswer() {
    AnswerCheck check =
        new AnswerCheck(
            List.of("paris"),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.of(3),
            Optional.empty(),
            false,
            List.of(),
            Optional.empty(),
            false);

    assertThat(check.failsByForm("q", "Paris")).isTrue();
    assertThat(check.failsByForm("q", "It is Rome")).isFalse();
    assertThat(check.failsByForm("q", "It is Paris")).as("it passes").isFalse();
    assertThat(check.failsByForm("q", " ")).as("it says nothing").isFalse();
  }

  @Test
  void looksForTheEnd() {
    AnswerCheck check = shaped(Optional.empty(), Optional.empty(), Optional.of("?"), false);

    assertThat(check.passes("q", "Do you? ")).isTrue();
    assertThat(check.passes("q", "I do.")).isFalse();
  }

  @Test
  void knowsAnEcho() {
    AnswerCheck check = shaped(Optional.empty(), Optional.empty(), Optional.empty(), true);
    String question = "What do birds eat?";

    assertThat(check.passes(question, "what do birds eat")).isFalse();
    assertThat(check.passes(question, "What do birds eat? What do birds eat?")).isFalse();
    assertThat(check.passes(question, "What do birds eat? They eat seeds.")).isTrue();
  }

  @Test
  void readsJsonInAFence() {
    AnswerCheck check =
        new AnswerCheck(
            List.of(),
            List.of(),
            List.of(),
            Optional.of("(?s)nam"),
            Optional.empty(),
            Optional.empty(),
            true,
            List.of("name"),
            Optional.empty(),
            false);

    assertThat(check.passes("q", "```json\n{\"name\": 1}\n```")).isTrue();
    assertThat(check.passes("q", "{\"names\": 1}")).isFalse();
    assertThat(check.passes("q", "name: 1")).isFalse();
  }

  @Test
  void neverPassesABlankAnswer() {
    assertThat(NONE.passes("q", " \n")).isFalse();
    assertThat(NONE.passes("q", "x")).isTrue();
  }

  private static AnswerCheck containing(List<String> any, List<String> all, List<String> none) {
    return new AnswerCheck(
        any,
        all,
        none,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        Optional.empty(),
        false);
  }

  private static AnswerCheck shaped(
      Optional<Integer> least, Optional<Integer> most, Optional<String> end, boolean notEcho) {
    return new AnswerCheck(
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        least,
        most,
        false,
        List.of(),
        end,
        notEcho);
  }
}
