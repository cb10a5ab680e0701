package dev.tuneworthy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.task.Turn;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionRunnerTest {
  private static final List<Question> THREE =
      List.of(question("a", "one"), question("b", "two"), question("c", "three"));

  @TempDir Path folder;

  @Test
  void countsTheSameTokensWhetherAskedOrFoundInTheCache() {
    try (ResultCache cache = ResultCache.open(folder, w -> {})) {
      QuestionRunner first = new QuestionRunner(cache, () -> 0);
      QuestionRunner second = new QuestionRunner(cache, () -> 0);
      ask(first, THREE);
      ask(second, THREE);
      assertThat(first.used()).isEqualTo(new TokenUsage(30, 6, 3));
      assertThat(second.used()).isEqualTo(first.used());
      assertThat(second.spent()).isEqualTo(TokenUsage.NONE);
    }
  }

  @Test
  void countsAQuestionThatIsAskedAgainOnce() {
    try (ResultCache cache = ResultCache.open(folder, w -> {})) {
      QuestionRunner runner = new QuestionRunner(cache, () -> 0);
      ask(runner, THREE.subList(0, 2));
      ask(runner, THREE);
      assertThat(runner.used()).isEqualTo(new TokenUsage(30, 6, 3));
    }
  }

  private static void ask(QuestionRunner runner, List<Question> questions) {
    runner.answer(
        new QuestionRunner.Batch(
            "f", questions, AnswerMode.GENERATE, Decoding.greedy(4), FakeAnswerer::echo),
        "prompt",
        "zero-shot",
        Progress.SILENT);
  }

  private static Question question(String id, String text) {
    return Question.chat(id, List.of(Turn.user(text)), List.of());
  }
}
