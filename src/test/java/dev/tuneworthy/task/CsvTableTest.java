package dev.tuneworthy.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTableTest {
  @TempDir Path folder;

  @Test
  void numbersARowByTheLineOnWhichItBegins() throws IOException {
    List<RawExample> rows = read("\uFEFFprompt,completion\n\"a\nb\",x\n\nc,d");

    assertThat(rows).extracting(RawExample::where).containsExactly("t.csv:2", "t.csv:5");
    assertThat(rows.get(0).input()).isEqualTo("a\nb");
    assertThat(rows.get(1).expected()).isEqualTo("d");
  }

  @Test
  void rejectsARowOfAnotherWidth() {
    assertThatThrownBy(() -> read("input,expected\na,b\na,b,c\n"))
        .hasMessageContaining("t.csv:3")
        .hasMessageContaining("2 fields");
  }

  @Test
  void rejectsQuotesThatDoNotClose() {
    assertThatThrownBy(() -> read("input,expected\nx,y\n\"a,b\nc,d\n"))
        .hasMessageContaining("t.csv:3")
        .hasMessageContaining("a closing quote");
    assertThatThrownBy(() -> read("input,expected\n\"a\"b,c\n")).hasMessageContaining("t.csv:2");
  }

  @Test
  void rejectsAHeaderWithoutTheColumns() {
    assertThatThrownBy(() -> read("text;label\na;b\n"))
        .hasMessageContaining("t.csv:1")
        .hasMessageContaining("separated by commas");
    assertThatThrownBy(() -> read("input,expected,input\n"))
        .hasMessageContaining("each column once");
    assertThatThrownBy(() -> read("")).hasMessageContaining("a header");
  }

  private List<RawExample> read(String text) throws IOException {
    Path file = folder.resolve("t.csv");
    Files.writeString(file, text);
    return CsvTable.read(file);
  }
}
