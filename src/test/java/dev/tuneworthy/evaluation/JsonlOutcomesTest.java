package dev.tuneworthy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.task.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlOutcomesTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatWasWritten() throws IOException {
    Trial zero = trial("zero-shot", Approach.ZERO_SHOT, Split.DEV);
    Trial tuned = trial("lora(r=8)", Approach.LORA, Split.TEST);
    Path file = folder.resolve("outcomes.jsonl");
    JsonlOutcomes.write(file, List.of(zero, tuned));
    assertThat(JsonlOutcomes.read(file)).containsExactly(zero, tuned);
    assertThat(Files.readAllLines(file))
        .hasSize(6)
        .first()
        .isEqualTo(
            "{\"candidate\":\"zero-shot\",\"approach\":\"zero-shot\",\"model\":{\"id\":\"fake\","
                + "\"sha256\":\""
                + "f".repeat(64)
                + "\",\"provider\":\"cpu\",\"precision\":\"float32\"},\"split\":\"dev\",\"mode\":\"choose\","
                + "\"item\":\"a\","
                + "\"answer\":\"yes\",\"outcome\":\"scored\",\"value\":1.0,"
                + "\"tokens\":{\"cached\":1,\"fresh\":2,\"output\":3}}");
  }

  @Test
  void namesTheLineThatIsNotAnOutcome() throws IOException {
    Path file = folder.resolve("outcomes.jsonl");
    JsonlOutcomes.write(file, List.of(trial("zero-shot", Approach.ZERO_SHOT, Split.DEV)));
    Files.writeString(file, "{\"candidate\":1}\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> JsonlOutcomes.read(file))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("outcomes.jsonl:4:");
  }

  @Test
  void namesTheLineOfAnUnknownApproach() throws IOException {
    Path file = folder.resolve("outcomes.jsonl");
    JsonlOutcomes.write(file, List.of(trial("zero-shot", Approach.ZERO_SHOT, Split.DEV)));
    Files.writeString(
        file,
        Files.readString(file).replaceFirst("\"approach\":\"zero-shot\"", "\"approach\":\"x\""));
    assertThatThrownBy(() -> JsonlOutcomes.read(file)).hasMessageContaining("outcomes.jsonl:1:");
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> JsonlOutcomes.read(folder.resolve("none.jsonl")))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
  }

  private static Trial trial(String id, Approach approach, Split split) {
    TokenUsage tokens = new TokenUsage(1, 2, 3);
    return new Trial(
        id,
        approach,
        FakeAnswerer.LOCAL,
        split,
        AnswerMode.CHOOSE,
        List.of(
            new ItemResult("a", "yes", new Outcome.Scored(1), tokens),
            new ItemResult("b", "?", new Outcome.Unscored("two answers"), tokens),
            new ItemResult("c", "", new Outcome.Failed("timed out"), tokens)));
  }
}
