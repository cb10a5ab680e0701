package dev.tuneworthy.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** General prompts as lines of JSON. */
class GeneralPromptReaderTest {
  @TempDir Path folder;

  @Test
  void readsEveryLineInOrder() throws IOException {
    assertThat(
            GeneralPromptReader.read(
                file(
                    "{\"id\": \"g1\", \"family\": \"how-to\", \"chat\": \"How do I boil an egg?\"}",
                    "{\"id\": \"g2\", \"family\": \"facts\", \"chat\": \" Name a star. \"}")))
        .containsExactly(
            new GeneralPrompt("g1", "how-to", "How do I boil an egg?"),
            new GeneralPrompt("g2", "facts", "Name a star."));
  }

  @Test
  void namesTheLineThatLacksAField() throws IOException {
    Path file = file("{\"id\": \"g1\", \"family\": \"x\", \"chat\": \"\"}");
    assertThatThrownBy(() -> GeneralPromptReader.read(file))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("prompts.jsonl:1")
        .hasMessageContaining("\"chat\"");
  }

  @Test
  void refusesAnIdThatComesTwice() throws IOException {
    String line = "{\"id\": \"g1\", \"family\": \"x\", \"chat\": \"Hello?\"}";
    Path file = file(line, line);
    assertThatThrownBy(() -> GeneralPromptReader.read(file))
        .hasMessageContaining("prompts.jsonl:2")
        .hasMessageContaining("'g1'");
  }

  @Test
  void refusesAPromptThatIsTooLong() throws IOException {
    Path file = file("{\"id\": \"g\", \"family\": \"x\", \"chat\": \"" + "a".repeat(4001) + "\"}");
    assertThatThrownBy(() -> GeneralPromptReader.read(file)).hasMessageContaining("4001");
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("prompts.jsonl"), String.join("\n", lines));
  }
}
