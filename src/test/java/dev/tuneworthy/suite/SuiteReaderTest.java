package dev.tuneworthy.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteReaderTest {
  private static final String CHOOSE =
      """
{"id":"a-1","split":"test","family":"written","context":"1, 2,","choices":[" 3"," x"],"answer":0}
""";

  @TempDir Path folder;

  @BeforeEach
  void writeSuite() throws IOException {
    head("a", "multiple_choice");
    write("a.jsonl", CHOOSE);
  }

  @Test
  void aSampleTakesEveryCapabilityAndSplitEvenly() {
    List<SuiteItem> items = new ArrayList<>();
    for (String capability : List.of("a", "b")) {
      for (int i = 0; i < 10; i++) {
        String split = i % 2 == 0 ? "test" : "dev";
        items.add(
            new SuiteItem(
                capability + i,
                capability,
                split,
                "written",
                Optional.of(new ChooseForm("x", List.of(" y", " z"), 0, false)),
                Optional.empty()));
      }
    }
    BaselineSuite suite = new BaselineSuite("mine", items, "hash");

    assertThat(suite.sample(4).items().stream().map(SuiteItem::id))
        .containsExactly("a0", "a4", "a1", "a5", "b0", "b4", "b1", "b5");
    assertThat(suite.sample(10).items()).containsExactlyInAnyOrderElementsOf(items);
    assertThat(suite.sample(18).items()).containsExactlyInAnyOrderElementsOf(items);
  }

  @Test
  void readsHeadsAndItems() throws IOException {
    head("b", "generate_until");
    write(
        "b.jsonl",
        """
{"id":"b-1","split":"reserve","family":"list","chat":"Say hi.","check":{"containsAny":["hi"],"maxWords":3}}
""");

    BaselineSuite suite = SuiteReader.read(folder);

    assertThat(suite.items()).extracting(SuiteItem::capability).containsExactly("a", "b");
    assertThat(suite.items().get(0).choose())
        .contains(new ChooseForm("1, 2,", List.of(" 3", " x"), 0, false));
    assertThat(suite.items().get(1).generate().orElseThrow().check().maxWords()).contains(3);
    assertThat(suite.sha256()).hasSize(64);
  }

  @Test
  void hashesTheContentOfTheItems() throws IOException {
    String before = SuiteReader.read(folder).sha256();
    assertThat(SuiteReader.read(folder).sha256()).isEqualTo(before);

    write("a.jsonl", CHOOSE.replace("1, 2,", "2, 3,"));
    assertThat(SuiteReader.read(folder).sha256()).isNotEqualTo(before);
  }

  @Test
  void readsTheShippedSuite() {
    BaselineSuite suite = SuiteReader.read(Path.of("eval-suites", "baseline"));

    Set<String> capabilities =
        suite.items().stream()
            .map(SuiteItem::capability)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(suite.name()).isEqualTo("baseline");
    assertThat(suite.items()).hasSizeGreaterThanOrEqualTo(300);
    assertThat(capabilities).hasSizeGreaterThanOrEqualTo(6);
    for (String capability : capabilities) {
      assertThat(suite.items())
          .filteredOn(item -> item.capability().equals(capability) && item.split().equals("test"))
          .as(capability)
          .hasSizeGreaterThanOrEqualTo(30);
    }
  }

  @Test
  void namesTheLineOfAHalfForm() throws IOException {
    write("a.jsonl", CHOOSE + CHOOSE.replace("a-1", "a-2").replace(",\"answer\":0", ""));

    failure(ErrorCode.BAD_SUITE)
        .hasMessageContaining("a.jsonl:2")
        .hasMessageContaining("no answer");
  }

  @Test
  void rejectsAConditionThatItDoesNotKnow() throws IOException {
    head("a", "generate_until");
    write("a.jsonl", item("{\"containAny\":[\"hi\"]}"));

    failure(ErrorCode.BAD_SUITE)
        .hasMessageContaining("a.jsonl:1")
        .hasMessageContaining("Did you mean 'containsAny'?");
  }

  @Test
  void rejectsAPatternThatDoesNotCompile() throws IOException {
    head("a", "generate_until");
    write("a.jsonl", item("{\"regex\":\"(a\"}"));
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("RE2");

    write("a.jsonl", item("{\"minWords\":5,\"maxWords\":2}"));
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("5 > 2");

    write("a.jsonl", item("{}"));
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("a check with a condition");
  }

  @Test
  void rejectsAnAnswerThatIsNoIndex() throws IOException {
    write("a.jsonl", CHOOSE.replace("\"answer\":0", "\"answer\":2"));
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("0 to 1");
  }

  @Test
  void rejectsAnIdUsedTwice() throws IOException {
    write("a.jsonl", CHOOSE + CHOOSE);
    failure(ErrorCode.BAD_SUITE)
        .hasMessageContaining("a.jsonl:2")
        .hasMessageContaining("also at a.jsonl:1");
  }

  @Test
  void rejectsAnItemWithoutTheFormThatItsHeadPromises() throws IOException {
    head("a", "generate_until");
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("chat and check");
  }

  @Test
  void rejectsAnUnknownSplit() throws IOException {
    write("a.jsonl", CHOOSE.replace("\"test\"", "\"train\""));
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("dev, test or reserve");
  }

  @Test
  void rejectsAHeadThatItCannotFollow() throws IOException {
    write("a.yaml", "task: a\ndataset_path: a.jsonl\noutput_type: loglikelihood\n");
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("a.yaml:3");

    write("a.yaml", "task: a\ndataset_path: ../../etc/passwd\noutput_type: multiple_choice\n");
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("a.yaml:2");

    write("a.yaml", "task: a\ndataset_path: gone.jsonl\noutput_type: multiple_choice\n");
    failure(ErrorCode.FILE_NOT_FOUND).hasMessageContaining("gone.jsonl");

    Files.delete(folder.resolve("a.yaml"));
    failure(ErrorCode.BAD_SUITE).hasMessageContaining("1 to 100 .yaml files");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure(ErrorCode code) {
    return assertThatThrownBy(() -> SuiteReader.read(folder))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private static String item(String check) {
    return "{\"id\":\"i\",\"split\":\"dev\",\"family\":\"f\",\"chat\":\"c\",\"check\":"
        + check
        + "}\n";
  }

  private void head(String name, String type) throws IOException {
    write(
        name + ".yaml",
        "task: "
            + name
            + "\ntag: baseline\ndataset_path: "
            + name
            + ".jsonl\noutput_type: "
            + type
            + "\nmetric_list: [{metric: acc}]\nmetadata: {version: 1.0}\n");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
