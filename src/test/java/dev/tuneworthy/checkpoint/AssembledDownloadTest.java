package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssembledDownloadTest {
  @TempDir Path folder;

  /** A source that delivers a text, or fails where there is none. */
  private record Text(String text) implements ModelSource {
    @Override
    public String name() {
      return "part " + text;
    }

    @Override
    public boolean resumes() {
      return false;
    }

    @Override
    public void fetch(Path partial, LongConsumer arrived) throws IOException {
      if (text.isEmpty()) {
        Files.writeString(partial, "half");
        throw new IOException("no such part");
      }
      Files.writeString(partial, text);
      arrived.accept(text.length());
    }
  }

  @Test
  void joinsThePartsInOrderAndLeavesNothingElse() throws Exception {
    Path partial = Files.writeString(folder.resolve("f.part"), "left from an earlier try, longer");
    List<Long> told = new ArrayList<>();

    download("one ", "two ", "three").fetch(partial, told::add);

    assertThat(partial).hasContent("one two three");
    assertThat(told).isSorted().endsWith(13L);
    assertThat(left()).containsExactly("f.part");
  }

  @Test
  void failsWithTheReasonOfThePartThatFailed() throws IOException {
    Path partial = folder.resolve("f.part");

    assertThatThrownBy(() -> download("one ", "", "three").fetch(partial, bytes -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("no such part");
    assertThat(left()).doesNotContain("f.part.piece");
  }

  @Test
  void namesItsFirstPartAndHowManyMore() {
    assertThat(download("one", "two", "three").name()).isEqualTo("part one and 2 more parts");
  }

  /** The parts of a catalogue entry must make up its file, or the digest could never be right. */
  @Test
  void thePartsOfEveryShippedModelAddUpToItsFile() {
    for (ModelEntry model : ModelCatalogue.shipped().models()) {
      for (ModelOrigin origin : model.sources()) {
        if (origin instanceof ModelOrigin.PythonParts parts) {
          assertThat(parts.parts().stream().mapToLong(ModelOrigin.Part::bytes).sum())
              .as(model.id())
              .isEqualTo(model.bytes());
        }
      }
    }
    assertThat(ModelCatalogue.shipped().find("gemma3-270m").orElseThrow().licence())
        .startsWith("Gemma");
  }

  private AssembledDownload download(String... parts) {
    return new AssembledDownload(Stream.of(parts).<ModelSource>map(Text::new).toList());
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
