package dev.tuneworthy.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Task;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScorersTest {
  @Test
  void disregardsCaseSpacesQuotesAndPunctuation() {
    assertThat(value(Metric.ACCURACY, "freeze account", " \"Freeze  Account.\"\n")).isEqualTo(1);
    assertThat(value(Metric.ACCURACY, "freeze account", "freeze the account")).isZero();
  }

  @Test
  void judgesTheFirstLineOfALongerAnswer() {
    assertThat(value(Metric.ACCURACY, "yes", "\nYes.\nBecause it rains.")).isEqualTo(1);
    assertThat(value(Metric.ACCURACY, "yes", "Because it rains.\nYes.")).isZero();
    assertThat(value(Metric.ACCURACY, "a\nb", "A\nb.")).isEqualTo(1);
  }

  @Test
  void looksInsideALeadingCodeFence() {
    assertThat(value(Metric.ACCURACY, "yes", "```text\nyes\n```\nI hope this helps")).isEqualTo(1);
    assertThat(value(Metric.ACCURACY, "yes", "```")).isZero();
    assertThat(value(Metric.ACCURACY, "yes", "```yes```")).isEqualTo(1);
  }

  @Test
  void wantsExactlyOneOfTheChoices() {
    Task task = task(Metric.ACCURACY, 0, List.of("yes", "no"));
    Scorer scorer = Scorers.forTask(task);
    Example example = Example.of("e", "i", "yes");

    assertThat(scorer.score(example, "YES!")).isEqualTo(new Outcome.Scored(1));
    assertThat(scorer.score(example, "yes no")).isEqualTo(new Outcome.Scored(0));
    assertThat(scorer.score(example, "yes, because")).isEqualTo(new Outcome.Scored(0));
    assertThat(Scorers.predicted(task, "No.")).contains("no");
    assertThat(Scorers.predicted(task, "maybe")).isEmpty();
  }

  @Test
  void countsAnEmptyAnswerAsWrong() {
    for (Metric metric : Metric.values()) {
      assertThat(value(metric, "1", "  ")).as(metric.label()).isZero();
    }
  }

  @Test
  void findsWholeWordsOnly() {
    assertThat(value(Metric.CONTAINS, "no", "Oh, no!")).isEqualTo(1);
    assertThat(value(Metric.CONTAINS, "no", "I know")).isZero();
    assertThat(value(Metric.CONTAINS, "New York", "in new  york, today")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42|The answer is 42.|1",
        "42|42.4 or so|1",
        "42|42.6|0",
        "1234|about 1,234 people|1",
        "-5|it is −5 degrees|1",
        "19|covid-19|1",
        "42|forty-two|0",
        "42|first 7, then 42|0",
        "1000|1e3|1",
        "0.5|.5|1"
      })
  void comparesTheFirstNumberWithinTheTolerance(String expected, String answer, double value) {
    Scorer scorer = Scorers.forTask(task(Metric.NUMERIC, 0.5, List.of()));

    assertThat(scorer.score(Example.of("e", "i", expected), answer))
        .isEqualTo(new Outcome.Scored(value));
  }

  @Test
  void doesNotChokeOnAHugeNumber() {
    assertThat(value(Metric.NUMERIC, "1", "9".repeat(1_000_000))).isZero();
  }

  @Test
  void comparesJsonByMeaning() {
    String expected = "{\"a\": 1, \"b\": [true, null]}";
    assertThat(value(Metric.JSON, expected, "```json\n{\"b\":[true,null],\"a\":1.0}\n```"))
        .isEqualTo(1);
    assertThat(value(Metric.JSON, expected, "{\"a\":1,\"b\":[null,true]}")).isZero();
    assertThat(value(Metric.JSON, expected, "{\"a\":1}")).isZero();
    assertThat(value(Metric.JSON, expected, "Here it is: " + expected)).isZero();
    assertThat(value(Metric.JSON, expected, "[".repeat(100_000))).isZero();
  }

  @Test
  void findsThePatternInTheAnswer() {
    assertThat(value(Metric.REGEX, "[0-9]{4}-[0-9]{2}", "on 2024-05.")).isEqualTo(1);
    assertThat(value(Metric.REGEX, "^[0-9]{4}$", "on 2024")).isZero();
  }

  @Test
  void matchesAHostilePatternInLinearTime() {
    assertThat(value(Metric.REGEX, "^(a+)+$", "a".repeat(50_000) + "b")).isZero();
  }

  @Test
  void leavesAnUnusableExpectedAnswerUnscored() {
    for (Metric metric : List.of(Metric.NUMERIC, Metric.JSON, Metric.REGEX)) {
      Scorer scorer = Scorers.forTask(task(metric, 0, List.of()));
      assertThat(scorer.score(Example.of("e", "i", "(x"), "x"))
          .as(metric.label())
          .isInstanceOf(Outcome.Unscored.class);
    }
  }

  private static double value(Metric metric, String expected, String answer) {
    Outcome outcome =
        Scorers.forTask(task(metric, 0, List.of())).score(Example.of("e", "i", expected), answer);
    return ((Outcome.Scored) outcome).value();
  }

  private static Task task(Metric metric, double tolerance, List<String> choices) {
    return new Task("t", "i", choices, Map.of(), metric, tolerance, "00");
  }
}
