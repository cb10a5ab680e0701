package dev.tuneworthy.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.decoder.DocumentTemplate;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LmEvalImportTest {
  @TempDir Path folder;

  /** In the manner of ARC: texts and labels in a field, the target by its label. */
  @Test
  void rendersTemplatesAsTheHarnessDoes() {
    file(
        "data.jsonl",
        "{\"question\":\" Why?"
            + " \",\"choices\":{\"text\":[\"so\",\"it's\"],\"label\":[\"A\",\"B\"]},\"key\":\"B\"}");
    file(
        "arc.yaml",
        """
        task: my_arc
        dataset_path: json
        dataset_kwargs: {data_files: {test: data.jsonl}}
        test_split: test
        output_type: multiple_choice
        doc_to_text: "Question: {{question.strip()}}\\nAnswer:"
        doc_to_target: "{{choices.label.index(key)}}"
        doc_to_choice: "{{choices.text}}"
        metric_list: [{metric: acc}, {metric: acc_norm}]
        """);

    SuiteItem item = read("arc.yaml").items().get(0);

    assertThat(item.capability()).isEqualTo("my_arc");
    assertThat(item.id()).isEqualTo("my_arc-1");
    assertThat(item.choose())
        .contains(new ChooseForm("Question: Why?\nAnswer:", List.of(" so", " it's"), 1, true));
  }

  /** In the manner of BoolQ: fixed choices, the target a number in a field of a CSV file. */
  @Test
  void takesFieldsByNameFixedChoicesAndCsv() {
    file("data.csv", "passage,label\n\"One, two\nthree\",0\nFour,1\n");
    file("bool.yaml", task("data.csv", "{{passage}}\\n", "label", "[\"no\", \"yes\"]"));

    List<SuiteItem> items = read("bool.yaml").items();

    assertThat(items.get(0).choose())
        .contains(new ChooseForm("One, two\nthree", List.of("\n no", "\n yes"), 0, false));
    assertThat(items.get(1).choose().orElseThrow().answer()).isEqualTo(1);
  }

  @Test
  void takesAJsonArrayATargetByTextAndAListThatATemplateWrites() {
    file("data.json", "[{\"a\":\"x\",\"b\":\"it's\",\"right\":\"it's\"}]");
    file("list.yaml", task("data.json", "a", "right", "\"['{{a}}', \\\"{{b}}\\\"]\""));

    assertThat(read("list.yaml").items().get(0).choose())
        .contains(new ChooseForm("x", List.of(" x", " it's"), 1, false));
  }

  @Test
  void dealsDocumentsThatNameNoSplit() {
    file("data.jsonl", "{\"q\":\"Q\",\"t\":0}\n".repeat(16));
    file("many.yaml", task("data.jsonl", "q", "t", "[\"a\", \"b\"]"));

    List<SuiteItem> items = read("many.yaml").items();

    assertThat(items).extracting(SuiteItem::id).doesNotHaveDuplicates();
    for (String split : List.of("dev", "test", "reserve")) {
      int expected = split.equals("dev") ? 2 : split.equals("test") ? 8 : 6;
      assertThat(items).filteredOn(item -> item.split().equals(split)).hasSize(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "output_type: generate_until; multiple_choice",
        "num_fewshot: 5; num_fewshot",
        "process_docs: utils.process; process_docs",
        "doc_to_text: !function utils.text; the tag !function",
        "doc_to_text: '{{missing}}'; missing",
        "doc_to_text: '{{q|attr(\"x\")}}'; filter attr",
        "doc_to_text: '{{q.getClass()}}'; getClass",
        "doc_to_text: '{% include \"/etc/passwd\" %}'; tag include",
        "doc_to_text: '{% for i in range(1000) %}{% for j in range(1000) %}x{% endfor %}{% endfor"
            + " %}'; steps",
        "doc_to_choice: q; list of choices",
        "doc_to_target: '7'; index from 0 to 1",
        "dataset_path: org/data-set; not fetched",
        "dataset_path: ../secret.json; folder of this one",
        "metric_list: [{metric: bleu}]; acc or acc_norm",
      })
  void refusesByNameWhatItCannotDo(String line, String named) {
    file("secret.json", "[]");
    file("in/data.jsonl", "{\"q\":\"Q\",\"t\":0}\n");
    String key = line.substring(0, line.indexOf(':'));
    String plain = task("data.jsonl", "q", "t", "[\"a\", \"b\"]");
    String without =
        String.join("\n", plain.lines().filter(l -> !l.startsWith(key + ":")).toList());
    file("in/task.yaml", without + "\n" + line + "\n");

    assertThatThrownBy(() -> read("in/task.yaml"))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_SUITE))
        .hasMessageContaining(named);
  }

  @Test
  void writesIntoNoFullFolder() {
    file("data.jsonl", "{\"q\":\"Q\",\"t\":0}\n");
    file("task.yaml", task("data.jsonl", "q", "t", "[\"a\", \"b\"]"));
    file("suite/mine.txt", "mine");

    assertThatThrownBy(() -> read("task.yaml")).hasMessageContaining("an empty folder");
  }

  private static String task(String data, String text, String target, String choices) {
    return String.join(
        "\n",
        "task: mine",
        "dataset_path: " + data,
        "output_type: multiple_choice",
        "doc_to_text: \"" + text + "\"",
        "doc_to_target: " + target,
        "doc_to_choice: " + choices,
        "metric_list: [{metric: acc}]",
        "");
  }

  private BaselineSuite read(String task) {
    return LmEvalImport.write(
        List.of(folder.resolve(task)), DocumentTemplate::evaluate, folder.resolve("suite"));
  }

  private void file(String name, String content) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
