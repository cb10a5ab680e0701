package dev.tuneworthy.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tuneworthy.decoder.DocumentTemplate;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LmEvalExportTest {
  @TempDir Path folder;

  @Test
  void writesATaskForEachCapabilityWithChoicesAndOneGroup() throws IOException {
    BaselineSuite shipped = SuiteReader.read(Path.of("eval-suites", "baseline"));

    LmEvalExport.Written written = LmEvalExport.write(shipped, folder);

    assertThat(written.group()).isEqualTo("tuneworthy_baseline");
    long chosen = shipped.items().stream().filter(item -> item.choose().isPresent()).count();
    assertThat(written.items()).isEqualTo((int) chosen);
    assertThat(written.left()).isEqualTo(shipped.items().size() - (int) chosen);
    JsonNode group = yaml("tuneworthy_baseline.yaml");
    assertThat(group.get("task")).hasSize(written.tasks().size());
    for (String task : written.tasks()) {
      JsonNode head = yaml(task + ".yaml");
      assertThat(head.get("task").asText()).isEqualTo(task);
      assertThat(head.get("target_delimiter").asText()).isEmpty();
      assertThat(Path.of(head.at("/dataset_kwargs/data_files/test").asText()))
          .isAbsolute()
          .isRegularFile();
    }
  }

  /** What the harness is given says the same as the suite: read back, nothing has changed. */
  @Test
  void comesBackAsTheSameItems() {
    BaselineSuite shipped = SuiteReader.read(Path.of("eval-suites", "baseline"));
    LmEvalExport.Written written = LmEvalExport.write(shipped, folder.resolve("tasks"));

    BaselineSuite back =
        LmEvalImport.write(
            written.tasks().stream().map(t -> folder.resolve("tasks/" + t + ".yaml")).toList(),
            DocumentTemplate::evaluate,
            folder.resolve("back"));

    List<SuiteItem> expected =
        shipped.items().stream().filter(item -> item.choose().isPresent()).toList();
    assertThat(back.items()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      SuiteItem item = back.items().get(i);
      assertThat(item.id()).isEqualTo(expected.get(i).id());
      assertThat(item.split()).isEqualTo(expected.get(i).split());
      assertThat(item.family()).isEqualTo(expected.get(i).family());
      assertThat(item.choose()).isEqualTo(expected.get(i).choose());
    }
  }

  @Test
  void leavesTheDelimiterToTheHarnessWhereLengthsCount() throws IOException {
    SuiteItem item =
        new SuiteItem(
            "a-1",
            "Long & short",
            "test",
            "written",
            Optional.of(new ChooseForm("One", List.of(" two", " three more"), 0, true)),
            Optional.empty());

    LmEvalExport.Written written =
        LmEvalExport.write(new BaselineSuite("my suite", List.of(item), "0".repeat(64)), folder);

    assertThat(written.tasks()).containsExactly("tuneworthy_my_suite_Long___short");
    JsonNode head = yaml(written.tasks().get(0) + ".yaml");
    assertThat(head.get("target_delimiter").asText()).isEqualTo(" ");
    assertThat(head.at("/metric_list/0/metric").asText()).isEqualTo("acc_norm");
    assertThat(folder.resolve(written.tasks().get(0) + ".jsonl"))
        .content()
        .contains("\"choices\":[\"two\",\"three more\"]");
  }

  @Test
  void refusesASuiteWithoutChoices() {
    BaselineSuite none = new BaselineSuite("none", List.of(), "0".repeat(64));

    assertThatThrownBy(() -> LmEvalExport.write(none, folder))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("context, choices and answer");
  }

  private JsonNode yaml(String name) throws IOException {
    return new YAMLMapper().readTree(Files.readString(folder.resolve(name)));
  }
}
