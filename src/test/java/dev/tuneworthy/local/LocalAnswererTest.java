package dev.tuneworthy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decoder.TinyLlama;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.ProviderChoice;
import dev.tuneworthy.task.Turn;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens are cached as far as every question of a candidate is the same. */
class LocalAnswererTest {
  private static LocalModel model;

  @BeforeAll
  static void open() {
    model = LocalModel.open("tiny", TinyLlama.FOLDER, Device.choose(ProviderChoice.CPU, 1));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void onlyTheInstructionIsCachedWhereEachQuestionHasItsOwnDemonstrations() {
    Answer.Given fixed = answer(question("The cat sat", "here").sharing(3));
    Answer.Given own = answer(question("The cat sat", "here").sharing(1));
    Answer.Given none = answer(question("The cat sat", "here").sharing(0));
    assertThat(own.tokens().cached()).isPositive().isLessThan(fixed.tokens().cached());
    assertThat(none.tokens().cached()).isLessThan(own.tokens().cached());
    assertThat(own.tokens().total())
        .isEqualTo(fixed.tokens().total())
        .isEqualTo(none.tokens().total());
    assertThat(own.tokens().fresh() - fixed.tokens().fresh())
        .isEqualTo(fixed.tokens().cached() - own.tokens().cached());
  }

  @Test
  void theInstructionCountsTheSameWhateverStandsAfterIt() {
    long one = answer(question("The cat sat", "here").sharing(1)).tokens().cached();
    long other = answer(question("A dog ran away", "there").sharing(1)).tokens().cached();
    assertThat(one).isEqualTo(other);
  }

  @Test
  void whatIsCachedDoesNotChangeWhatIsAnswered() {
    Answer.Given fixed = answer(question("The cat sat", "here").sharing(3));
    Answer.Given own = answer(question("The cat sat", "here").sharing(1));
    for (int i = 0; i < 2; i++) {
      // float32 sums in another order
      assertThat(own.logLikelihoods().get(i))
          .isCloseTo(fixed.logLikelihoods().get(i), within(1e-4));
    }
  }

  private static Question question(String shown, String asked) {
    return Question.chat(
        "q",
        List.of(
            Turn.system("Answer with yes or no, whatever you are asked by whom."),
            Turn.user(shown),
            Turn.assistant("yes"),
            Turn.user(asked)),
        List.of("yes", "no"));
  }

  private static Answer.Given answer(Question question) {
    try (Answerer base = model.base()) {
      return (Answer.Given) base.choose(List.of(question), n -> {}).get(0);
    }
  }
}
