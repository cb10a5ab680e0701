package dev.tuneworthy.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes the choose items of a suite as tasks that lm-evaluation-harness runs as they are: for each
 * capability a YAML head and its documents, and one group over all. The harness reads data files
 * from where it is started, so the heads name theirs by absolute path: export again after a move.
 * Items that only have a generate form stay behind, since the harness knows no such checks.
 */
public final class LmEvalExport {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private LmEvalExport() {}

  /**
   * What was written.
   *
   * @param group name to run all tasks by
   * @param tasks names of the tasks
   * @param items written
   * @param left items without a choose form
   */
  public record Written(String group, List<String> tasks, int items, int left) {
    public Written {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * Writes the tasks; files of the same names are replaced.
   *
   * @throws ServiceException {@code BAD_SUITE} if no item has a choose form, {@code DISK}
   */
  public static Written write(BaselineSuite suite, Path folder) {
    Map<String, List<SuiteItem>> capabilities =
        suite.items().stream()
            .filter(item -> item.choose().isPresent())
            .collect(
                Collectors.groupingBy(
                    SuiteItem::capability, LinkedHashMap::new, Collectors.toList()));
    if (capabilities.isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_SUITE,
          "suite " + suite.name(),
          "items with context, choices and answer",
          "none",
          "The harness scores choices by likelihood; export another suite.");
    }
    String group = "tuneworthy_" + plain(suite.name());
    List<String> tasks = new ArrayList<>();
    int items = 0;
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, List<SuiteItem>> capability : capabilities.entrySet()) {
        String task = group + "_" + plain(capability.getKey());
        task(suite, task, capability.getValue(), folder);
        tasks.add(task);
        items += capability.getValue().size();
      }
      Files.writeString(folder.resolve(group + ".yaml"), group(suite, group, tasks));
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          folder + " cannot be written: " + e + ". Free some space, then retry.",
          e);
    }
    return new Written(group, tasks, items, suite.items().size() - items);
  }

  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9-]", "_");
  }

  private static void task(BaselineSuite suite, String task, List<SuiteItem> items, Path folder)
      throws IOException {
    List<ChooseForm> forms = items.stream().map(item -> item.choose().orElseThrow()).toList();
    boolean normalised = forms.get(0).normalised();
    String delimiter = normalised && allStartWithASpace(forms) ? " " : "";
    StringBuilder documents = new StringBuilder();
    for (SuiteItem item : items) {
      documents.append(document(item, delimiter.length())).append('\n');
    }
    Path data = folder.resolve(task + ".jsonl").toAbsolutePath().normalize();
    Files.writeString(data, documents);
    String metric =
        "{metric: %s, aggregation: mean, higher_is_better: true}"
            .formatted(normalised ? "acc_norm" : "acc");
    String head =
        String.join(
            "\n",
            "task: " + task,
            "dataset_path: json",
            "dataset_kwargs: {data_files: {test: " + quoted(data.toString()) + "}}",
            "test_split: test",
            "output_type: multiple_choice",
            "num_fewshot: 0",
            "doc_to_text: context",
            "doc_to_choice: choices",
            "doc_to_target: answer",
            "target_delimiter: " + quoted(delimiter),
            "metric_list: [" + metric + "]",
            "metadata: {version: 1.0, suite_sha256: " + quoted(suite.sha256()) + "}",
            "");
    Files.writeString(folder.resolve(task + ".yaml"), head);
  }

  /** The harness counts a choice's characters without the delimiter. */
  private static boolean allStartWithASpace(List<ChooseForm> forms) {
    return forms.stream()
        .flatMap(form -> form.choices().stream())
        .allMatch(choice -> choice.startsWith(" "));
  }

  private static String document(SuiteItem item, int cut) throws JsonProcessingException {
    ChooseForm form = item.choose().orElseThrow();
    ObjectNode line = MAPPER.createObjectNode();
    line.put("id", item.id()).put("split", item.split()).put("family", item.family());
    line.put("context", form.context());
    form.choices().stream()
        .map(choice -> choice.substring(cut))
        .forEach(line.putArray("choices")::add);
    line.put("answer", form.answer());
    return MAPPER.writeValueAsString(line);
  }

  private static String group(BaselineSuite suite, String group, List<String> tasks) {
    boolean normalised =
        suite.items().stream()
            .flatMap(item -> item.choose().stream())
            .allMatch(ChooseForm::normalised);
    return String.join(
        "\n",
        "group: " + group,
        "task: [" + String.join(", ", tasks) + "]",
        "aggregate_metric_list:",
        "  - {metric: " + (normalised ? "acc_norm" : "acc") + ", weight_by_size: true}",
        "metadata: {version: 1.0}",
        "");
  }

  private static String quoted(String text) {
    try {
      return MAPPER.writeValueAsString(text); // a JSON string is a YAML string
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text can be written as JSON", e);
    }
  }
}
