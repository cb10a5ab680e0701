package dev.tuneworthy.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskReaderTest {
  private static final String HEAD =
      """
      name: weather
      instruction: "Is it about weather? Answer with one of {choices}."
      choices: [yes, no]
      """;
  private static final String THREE_FILES =
      "examples: {train: train.jsonl, dev: dev.jsonl, test: test.jsonl}\n";

  @TempDir Path folder;

  @BeforeEach
  void writeExamples() throws IOException {
    write("train.jsonl", line("it rains", "yes") + line("I eat", "no"));
    write("dev.jsonl", line("it snows", "yes"));
    write("test.jsonl", line("he runs", "no") + "\n" + line("sun at last", "yes"));
  }

  @Test
  void readsThreeFilesBesideTheTask() throws IOException {
    Task task = read(HEAD + THREE_FILES);

    assertThat(task.name()).isEqualTo("weather");
    assertThat(task.choices()).containsExactly("yes", "no");
    assertThat(task.metric()).isEqualTo(Metric.ACCURACY);
    assertThat(task.split(Split.TEST))
        .containsExactly(
            Example.of("test-1", "he runs", "no"), Example.of("test-2", "sun at last", "yes"));
    assertThat(task.sha256()).hasSize(64);
  }

  @Test
  void readsOneFileWithASplitColumn() throws IOException {
    write(
        "all.csv",
        "input,expected,split,note\r\n"
            + "\"rain, \"\"much\"\"\r\nof it\",yes,train,x\r\n"
            + "I eat,no,dev,\r\nsun,Yes.,test,y\r\n");

    Task task = read(HEAD + "examples: all.csv\n");

    assertThat(task.split(Split.TRAIN).get(0).input()).isEqualTo("rain, \"much\"\r\nof it");
    assertThat(task.split(Split.TEST).get(0).expected())
        .as("the answer takes the spelling of the choice")
        .isEqualTo("yes");
  }

  @Test
  void readsChatAndCompletionLines() throws IOException {
    write(
        "train.jsonl",
        """
{"messages":[{"role":"system","content":"S"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"it rains"},{"role":"assistant","content":"yes"}],"id":"q1","group":"g"}
{"prompt":"I eat","completion":" no"}
""");

    List<Example> train = read(HEAD + THREE_FILES).split(Split.TRAIN);

    assertThat(train.get(0).id()).isEqualTo("q1");
    assertThat(train.get(0).group()).contains("g");
    assertThat(train.get(0).history())
        .containsExactly(Turn.system("S"), Turn.user("a"), Turn.assistant("b"));
    assertThat(train.get(1).expected()).isEqualTo("no");
  }

  @Test
  void dealsByRatiosTheSameWayForTheSameSeed() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      all.append(line("query number " + i, i % 4 == 0 ? "yes" : "no"));
    }
    write("all.jsonl", all.toString());
    String task = HEAD + "examples: {file: all.jsonl, ratios: {train: .6, dev: .2, test: .2}}\n";

    Task first = read(task, 7);

    assertThat(first.split(Split.TRAIN)).hasSize(60);
    assertThat(first.split(Split.DEV)).hasSize(20);
    assertThat(first.split(Split.TEST).stream().filter(e -> e.expected().equals("yes")).count())
        .isBetween(4L, 6L);
    assertThat(read(task, 7)).isEqualTo(first);
    assertThat(read(task, 8).sha256()).isNotEqualTo(first.sha256());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{train: .6, dev: .2, test: .3}",
        "{train: .6, dev: .2}",
        "{train: .8, dev: .4, test: -.2}",
        "{train: .5, dev: .5, test: 0}",
        "{train: most, dev: .2, test: .2}"
      })
  void rejectsRatiosThatDoNotAddUp(String ratios) throws IOException {
    write("all.jsonl", line("one", "yes") + line("two", "no"));
    assertThatThrownBy(
            () -> read(HEAD + "examples: {file: all.jsonl, ratios: " + ratios + "}\n", 7))
        .hasMessageContaining("ratios of train, dev and test above 0 with sum 1")
        .hasMessageContaining("Write ratios: {train: 0.6, dev: 0.2, test: 0.2}.");
  }

  @Test
  void readsOtherWordingsOfTheInstruction() throws IOException {
    Task plain = read(HEAD + THREE_FILES);
    String others = "instructions: ['Weather, {choices}?', 'Does it speak of weather?']\n";
    Task task = read(HEAD + others + THREE_FILES);

    assertThat(plain.instructions()).containsExactly(plain.instruction());
    assertThat(task.instruction()).isEqualTo(plain.instruction());
    assertThat(task.instructions())
        .containsExactly(plain.instruction(), "Weather, {choices}?", "Does it speak of weather?");
    assertThat(task.wording()).isEqualTo(1);
    assertThat(task.worded(2).renderedInstruction()).isEqualTo("Weather, no, yes?");
    assertThat(task.worded(2).wording()).isEqualTo(2);
    assertThat(task.worded(2).worded(1)).isEqualTo(task);
    assertThat(task.sha256()).isNotEqualTo(plain.sha256());
  }

  @Test
  void refusesTooManyEmptyLongOrRepeatedWordings() {
    for (String bad :
        List.of(
            "instructions: []",
            "instructions: text",
            "instructions: [a, b, c, d, e, f, g, h]",
            "instructions: [a, a]",
            "instructions: ['Is it about weather? Answer with one of {choices}.']",
            "instructions: [a, '']",
            "instructions: [a, {b: c}]",
            "instructions: [" + "x".repeat(InputLimits.INSTRUCTION + 1) + "]")) {
      assertThatThrownBy(() -> read(HEAD + bad + "\n" + THREE_FILES))
          .as(bad.substring(0, Math.min(60, bad.length())))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_TASK))
          .hasMessageContaining("task.yaml:4");
    }
  }

  @Test
  void takesTheListOfChoicesOutOfTheInstruction() throws IOException {
    record Case(String with, String without) {}
    for (Case one :
        List.of(
            new Case(
                "One of these kinds: {choices}. The kind only.",
                "One of these kinds. The kind only."),
            new Case("Answer with one of {choices}.", "Answer with one of."),
            new Case("Which kind ({choices})?", "Which kind?"))) {
      Task task =
          read("name: t\ninstruction: '" + one.with + "'\nchoices: [yes, no]\n" + THREE_FILES);
      Task shorter = task.withoutChoiceList().orElseThrow();
      assertThat(shorter.instruction()).isEqualTo(one.without);
      assertThat(shorter.choices()).isEqualTo(task.choices());
      assertThat(shorter.sha256()).isEqualTo(task.sha256());
      assertThat(shorter.withoutChoiceList()).isEmpty();
    }
    assertThat(
            read("name: t\ninstruction: '{choices}'\nchoices: [yes, no]\n" + THREE_FILES)
                .withoutChoiceList())
        .isEmpty();
  }

  @Test
  void parsesAnInlineTask() throws IOException {
    Task task =
        TaskReader.parse(
            new ObjectMapper()
                .readTree(
                    """
{"name":"t","instruction":"i","metric":"numeric","tolerance":0.5,"examples":[
 {"input":"a","expected":1,"split":"train"},{"input":"d","expected":"-1,234.5e2","split":"train"},{"input":"b","expected":"2.5","split":"dev"},
 {"input":"c","expected":3,"split":"test"}]}
"""),
            1);

    assertThat(task.tolerance()).isEqualTo(0.5);
    assertThat(task.split(Split.TRAIN).get(0).expected()).isEqualTo("1");
  }

  @Test
  void neverOpensAFileForAnInlineTask() {
    assertThatThrownBy(
            () ->
                TaskReader.parse(
                    new ObjectMapper()
                        .readTree(
                            "{\"name\":\"t\",\"instruction\":\"i\",\"examples\":\"/etc/passwd.csv\"}"),
                    1))
        .hasMessageContaining("files are never opened")
        .hasMessageContaining("task /examples");
  }

  @Test
  void namesTheNearestKnownKeyAndItsLine() {
    failure(HEAD + "exmaples: x.jsonl\n", ErrorCode.BAD_TASK)
        .hasMessageContaining("task.yaml:4")
        .hasMessageContaining("Did you mean 'examples'?");
    failure(HEAD + THREE_FILES + "metric: acuracy\n", ErrorCode.BAD_TASK)
        .hasMessageContaining("task.yaml:5")
        .hasMessageContaining("'accuracy'");
  }

  @Test
  void rejectsAnExampleThatIsInTwoSplits() throws IOException {
    write("dev.jsonl", line("it snows", "yes") + line("  IT  rains!", "yes"));

    failure(HEAD + THREE_FILES, ErrorCode.BAD_EXAMPLE)
        .hasMessageContaining("dev.jsonl:2")
        .hasMessageContaining("train.jsonl:1");
  }

  @Test
  void rejectsAnAnswerOutsideTheChoices() throws IOException {
    write("test.jsonl", line("he runs", "no") + "\n" + line("sun", "yess"));

    failure(HEAD + THREE_FILES, ErrorCode.BAD_EXAMPLE)
        .hasMessageContaining("test.jsonl:3")
        .hasMessageContaining("Did you mean 'yes'?");
  }

  @Test
  void rejectsAMalformedLine() throws IOException {
    write("test.jsonl", line("he runs", "no") + "{\"input\": \"sun\", \"expected\"\n");
    failure(HEAD + THREE_FILES, ErrorCode.BAD_EXAMPLE).hasMessageContaining("test.jsonl:2");

    write("test.jsonl", line("he runs", "no") + "{\"input\": \"sun\", \"answer\": \"yes\"}\n");
    failure(HEAD + THREE_FILES, ErrorCode.BAD_EXAMPLE)
        .hasMessageContaining("test.jsonl:2")
        .hasMessageContaining("'expected'");

    write("test.jsonl", "[1]\n");
    failure(HEAD + THREE_FILES, ErrorCode.BAD_EXAMPLE).hasMessageContaining("JSON object");
  }

  @Test
  void rejectsBytesThatAreNotUtf8() throws IOException {
    Files.write(
        folder.resolve("dev.jsonl"),
        (line("a", "no") + line("\u00fcber", "yes")).getBytes(StandardCharsets.ISO_8859_1));

    failure(HEAD + THREE_FILES, ErrorCode.BAD_EXAMPLE).hasMessageContaining("dev.jsonl:2");
  }

  @Test
  void rejectsAnEmptySplit() throws IOException {
    write("dev.jsonl", "\n\n");

    failure(HEAD + THREE_FILES, ErrorCode.BAD_TASK).hasMessageContaining("split dev");
    failure(HEAD + "examples: {train: train.jsonl, dev: test.jsonl}\n", ErrorCode.BAD_TASK)
        .hasMessageContaining("split test");
  }

  @Test
  void rejectsAMissingFile() {
    failure(
            HEAD + "examples: {train: gone.jsonl, dev: dev.jsonl, test: test.jsonl}\n",
            ErrorCode.FILE_NOT_FOUND)
        .hasMessageContaining("task.yaml:4")
        .hasMessageContaining("gone.jsonl");
    assertThatThrownBy(() -> TaskReader.read(folder.resolve("none.yaml"), 1))
        .hasMessageContaining("none.yaml");
  }

  @Test
  void staysInTheFolderOfTheTask() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path inside = Files.createDirectories(folder.resolve("inside"));
    Files.writeString(outside.resolve("x.jsonl"), line("a", "yes"));
    Files.createSymbolicLink(inside.resolve("link.jsonl"), outside.resolve("x.jsonl"));

    for (String name : List.of("../outside/x.jsonl", outside + "/x.jsonl", "link.jsonl")) {
      Path file = inside.resolve("task.yaml");
      Files.writeString(file, HEAD + "examples: " + name + "\n");
      assertThatThrownBy(() -> TaskReader.read(file, 1))
          .hasMessageContaining("in the folder of this one");
    }
  }

  @Test
  void rejectsBadChoices() {
    String head = "name: n\ninstruction: i\n";
    failure(head + "choices: [one]\n" + THREE_FILES, ErrorCode.BAD_TASK)
        .hasMessageContaining("task.yaml:3")
        .hasMessageContaining("2 to 500 choices");
    failure(head + "choices: [yes, no, 'Yes.']\n" + THREE_FILES, ErrorCode.BAD_TASK)
        .hasMessageContaining("'yes' and 'Yes.'");
    failure(head + "choices: [yes, ' ']\n" + THREE_FILES, ErrorCode.BAD_TASK)
        .hasMessageContaining("a list of texts");
  }

  @Test
  void rejectsAnEmptyNameOrInstruction() {
    failure("name: ''\ninstruction: i\n" + THREE_FILES, ErrorCode.BAD_TASK)
        .hasMessageContaining("task.yaml:1");
    failure("name: n\n" + THREE_FILES, ErrorCode.BAD_TASK)
        .hasMessageContaining("'instruction'")
        .hasMessageContaining("nothing");
  }

  @Test
  void rejectsAnswersThatTheMetricCannotUse() throws IOException {
    String head = "name: n\ninstruction: i\n" + THREE_FILES;
    failure(head + "metric: numeric\n", ErrorCode.BAD_EXAMPLE)
        .hasMessageContaining("train.jsonl:1")
        .hasMessageContaining("a number");
    failure(head + "metric: json\n", ErrorCode.BAD_EXAMPLE).hasMessageContaining("a JSON value");
    write("dev.jsonl", line("it snows", "(yes"));
    failure(head + "metric: regex\n", ErrorCode.BAD_EXAMPLE)
        .hasMessageContaining("dev.jsonl:1")
        .hasMessageContaining("RE2");
    failure(head + "tolerance: 1\n", ErrorCode.BAD_TASK).hasMessageContaining("metric numeric");
  }

  @Test
  void rejectsAnIdUsedTwice() throws IOException {
    write(
        "dev.jsonl",
        "{\"id\":\"a\",\"input\":\"x\",\"expected\":\"no\"}\n"
            + "{\"id\":\"a\",\"input\":\"y\",\"expected\":\"no\"}");

    failure(HEAD + THREE_FILES, ErrorCode.BAD_EXAMPLE).hasMessageContaining("dev.jsonl:2");
  }

  @Test
  void rejectsALineThatIsTooLong() throws IOException {
    write("dev.jsonl", line("x".repeat(InputLimits.FIELD), "no"));

    failure(HEAD + THREE_FILES, ErrorCode.INPUT_TOO_LARGE).hasMessageContaining("dev.jsonl:1");
  }

  @Test
  void rejectsHostileYaml() {
    failure("a: &x [1]\nname: *x\n", ErrorCode.BAD_TASK).hasMessageContaining("an alias");
    failure("name: a\nname: b\n", ErrorCode.BAD_TASK).hasMessageContaining("uplicate");
    failure("name: " + "[".repeat(500), ErrorCode.BAD_TASK).hasMessageContaining("task.yaml");
    failure("name: a\n---\nname: b\n", ErrorCode.BAD_TASK).hasMessageContaining("a second one");
    failure("", ErrorCode.BAD_TASK).hasMessageContaining("a mapping");
    failure("# " + "x".repeat(1 << 20), ErrorCode.INPUT_TOO_LARGE);
  }

  @Test
  void hashesWhatDeterminesAnswersAndNothingElse() throws IOException {
    String hash = read(HEAD + THREE_FILES).sha256();

    assertThat(read(HEAD.replace("name: weather", "name: other") + THREE_FILES).sha256())
        .isEqualTo(hash);
    assertThat(read(HEAD + THREE_FILES + "metric: contains\n").sha256()).isNotEqualTo(hash);
    assertThat(read(HEAD.replace("one of", "any of") + THREE_FILES).sha256()).isNotEqualTo(hash);
    write("dev.jsonl", line("it snow s", "yes"));
    assertThat(read(HEAD + THREE_FILES).sha256()).isNotEqualTo(hash);
  }

  private Task read(String yaml) throws IOException {
    return read(yaml, 1);
  }

  private Task read(String yaml, long seed) throws IOException {
    write("task.yaml", yaml);
    return TaskReader.read(folder.resolve("task.yaml"), seed);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure(String yaml, ErrorCode code) {
    return assertThatThrownBy(() -> read(yaml))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String line(String input, String expected) {
    return "{\"input\":\"" + input + "\",\"expected\":\"" + expected + "\"}\n";
  }
}
