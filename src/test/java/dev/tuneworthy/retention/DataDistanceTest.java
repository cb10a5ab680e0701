package dev.tuneworthy.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How far data are from what a model knows that finds digits surprising. */
class DataDistanceTest {
  private static final String PROSE = "The boat came home before the rain did. ".repeat(30);

  @Test
  void plainTextIsNotFarOff() {
    DataDistance.Report report = measure("the parcel has not come yet");
    assertThat(report.outliers()).isZero();
    assertThat(report.inputs()).isCloseTo(report.neutral(), within(0.05));
    assertThat(report.warning()).isEmpty();
  }

  @Test
  void whatTheModelNeverSawIsAnOutlierAndIsSaidInWords() {
    DataDistance.Report report = measure("9918273645 5546372819 0019283746");
    assertThat(report.outliers()).isEqualTo(1);
    assertThat(report.warning().orElseThrow())
        .contains("100 % of the inputs surprise it")
        .contains("measure retention");
  }

  @Test
  void wordsThatTheVocabularySplitsAreNamed() {
    DataDistance.Report report = measure("the xqzxqzxq of this morning");
    assertThat(report.worstWords()).containsExactly("xqzxqzxq");
    assertThat(report.splitWords()).isCloseTo(0.5, within(1e-9));
    assertThat(report.warning().orElseThrow()).contains("xqzxqzxq");
  }

  @Test
  void aNeutralTextOfAFewSentencesIsRefused() {
    assertThatThrownBy(
            () ->
                DataDistance.measure(task("an input"), new DigitsAreOdd(), String::length, "A. B."))
        .hasMessageContaining("20 sentences");
  }

  private static DataDistance.Report measure(String input) {
    return DataDistance.measure(
        task(input), new DigitsAreOdd(), text -> text.contains("xq") ? text.length() : 1, PROSE);
  }

  private static Task task(String input) {
    List<Example> train =
        IntStream.range(0, 10)
            .mapToObj(i -> Example.of("train-" + i, input, i % 2 == 0 ? "yes" : "no"))
            .toList();
    return new Task(
        "t",
        "Yes or no?",
        List.of("yes", "no"),
        Map.of(
            Split.TRAIN, train,
            Split.DEV, List.of(Example.of("dev-0", input, "yes")),
            Split.TEST, List.of(Example.of("test-0", input, "no"))),
        Metric.ACCURACY,
        "0".repeat(64));
  }

  /** One bit for each letter, eight for each digit. */
  private static final class DigitsAreOdd implements Answerer {
    @Override
    public ModelRef model() {
      return new ModelRef("fake", "00", "cpu");
    }

    @Override
    public boolean givesLikelihoods() {
      return true;
    }

    @Override
    public List<Answer> choose(List<Question> questions, IntConsumer done) {
      List<Answer> answers = new ArrayList<>();
      for (Question question : questions) {
        double bits =
            question.choices().get(0).chars().mapToDouble(c -> Character.isDigit(c) ? 8 : 1).sum();
        answers.add(new Answer.Given("", List.of(-bits * Math.log(2)), TokenUsage.NONE));
      }
      return answers;
    }

    @Override
    public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
      throw new AssertionError("there is nothing to generate");
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
