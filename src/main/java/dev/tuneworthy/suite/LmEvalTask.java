package dev.tuneworthy.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.JsonLines;
import dev.tuneworthy.task.NeighbourFile;
import dev.tuneworthy.task.YamlTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A task file of lm-evaluation-harness, as far as it scores choices over local data: what it says
 * and what it makes of a document. Fields that would change a score and are not applied are refused
 * by name. Follows the harness's {@code ConfigurableTask}: a template that is the name of a field
 * means that field, a target is an index or one of the choices.
 */
final class LmEvalTask {
  private static final Set<String> KEYS =
      Set.of(
          "task",
          "tag",
          "dataset_path",
          "dataset_name",
          "dataset_kwargs",
          "training_split",
          "validation_split",
          "test_split",
          "fewshot_split",
          "num_fewshot",
          "output_type",
          "description",
          "doc_to_text",
          "doc_to_choice",
          "doc_to_target",
          "target_delimiter",
          "metric_list",
          "should_decontaminate",
          "doc_to_decontamination_query",
          "metadata");

  private final Path file;
  private final YamlTree tree;
  private final DocumentTemplates templates;

  private LmEvalTask(Path file, YamlTree tree, DocumentTemplates templates) {
    this.file = file;
    this.tree = tree;
    this.templates = templates;
  }

  static LmEvalTask read(Path file, DocumentTemplates templates) {
    YamlTree tree = YamlTree.read(file, ErrorCode.BAD_SUITE);
    tree.allowOnly("", KEYS);
    LmEvalTask task = new LmEvalTask(file, tree, templates);
    task.require("output_type", "multiple_choice", tree.text("output_type"));
    task.require("num_fewshot", "0", tree.root().path("num_fewshot").asText("0"));
    task.normalised();
    return task;
  }

  private void require(String key, String expected, String found) {
    if (!found.equals(expected)) {
      throw tree.wrong(
          key, key + " " + expected, JsonLines.shown(found), "Other tasks cannot be imported.");
    }
  }

  String name() {
    return tree.text("task");
  }

  /** Whether choices are compared by length: wherever the task lists {@code acc_norm}. */
  boolean normalised() {
    List<String> names = new ArrayList<>();
    tree.root().path("metric_list").forEach(metric -> names.add(metric.path("metric").asText()));
    if (!names.contains("acc") && !names.contains("acc_norm")) {
      throw tree.wrong("metric_list", "acc or acc_norm", "" + names, "Name one of them.");
    }
    return names.contains("acc_norm");
  }

  /** The data file: of the test split, else of the validation split, else the only one. */
  Path data() {
    JsonNode files = tree.root().path("dataset_kwargs").path("data_files");
    String split =
        tree.root().path("test_split").asText(tree.root().path("validation_split").asText("test"));
    JsonNode named = files.isObject() ? files.path(split) : files;
    if (named.isArray() && named.size() == 1) {
      named = named.get(0);
    }
    String path = tree.text("dataset_path");
    boolean loader = path.equals("json") || path.equals("csv");
    if (loader && !named.isTextual()) {
      throw tree.wrong(
          "dataset_kwargs",
          "data_files with one local file for split " + split,
          JsonLines.shown(files.toString()),
          "Name the file; data sets are not fetched.");
    }
    String name = loader ? named.asText() : path;
    if (!name.matches(".*\\.(json|jsonl|csv)")) {
      throw tree.wrong(
          "dataset_path",
          "a local .json, .jsonl or .csv file",
          JsonLines.shown(name),
          "Save the data beside the task; data sets are not fetched.");
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    return NeighbourFile.resolve(folder, name, tree.where("/dataset_path"), ErrorCode.BAD_SUITE);
  }

  /** The question of a document, after the task's description. */
  String context(JsonNode document) {
    String description = tree.root().path("description").asText("");
    String before = description.isEmpty() ? "" : text("description", description, document);
    return before + text("doc_to_text", required("doc_to_text"), document);
  }

  /** The choices as the document or the task gives them, without the delimiter. */
  List<String> choices(JsonNode document) {
    JsonNode given = tree.root().path("doc_to_choice");
    JsonNode value = given;
    if (given.isTextual()) {
      value =
          document.has(given.asText())
              ? document.get(given.asText())
              : templates.evaluate(given.asText().strip(), document);
    }
    if (value.isTextual()) {
      return PythonList.parse(value.asText())
          .orElseThrow(() -> wrongChoices(given.toString(), document));
    }
    List<String> choices = new ArrayList<>();
    value.forEach(choice -> choices.add(plain(choice)));
    if (choices.isEmpty()) {
      throw wrongChoices(value.toString(), document);
    }
    return choices;
  }

  private ServiceException wrongChoices(String found, JsonNode document) {
    return tree.wrong(
        "doc_to_choice",
        "a list of choices for " + JsonLines.shown(document.toString()),
        JsonLines.shown(found),
        "Give a list, a field that holds one, or a template that makes one.");
  }

  /** Index of the right choice. */
  int answer(JsonNode document, List<String> choices) {
    JsonNode given = tree.root().path("doc_to_target");
    String target =
        given.isNumber()
            ? given.asText()
            : text("doc_to_target", required("doc_to_target"), document);
    int index = target.matches("[0-9]{1,4}") ? Integer.parseInt(target) : choices.indexOf(target);
    if (index < 0 || index >= choices.size()) {
      throw tree.wrong(
          "doc_to_target",
          "an index from 0 to " + (choices.size() - 1) + " or one of " + choices,
          JsonLines.shown(target),
          "Correct the template or the document.");
    }
    return index;
  }

  String delimiter() {
    return tree.root().path("target_delimiter").asText(" ");
  }

  private String required(String key) {
    JsonNode value = tree.root().path(key);
    if (!value.isTextual()) {
      throw tree.wrong(
          key,
          "a template or the name of a field",
          JsonLines.shown("" + value),
          "Give '" + key + "'.");
    }
    return value.asText(); // not stripped: white space counts
  }

  private String text(String key, String template, JsonNode document) {
    JsonNode value =
        document.has(template) ? document.get(template) : templates.evaluate(template, document);
    if (value.isContainerNode() || value.isNull()) {
      throw tree.wrong(
          key, "a template that gives a text", JsonLines.shown(value.toString()), "Correct it.");
    }
    return plain(value);
  }

  /** As Python's {@code str} writes it. */
  private static String plain(JsonNode value) {
    return value.isBoolean() ? (value.asBoolean() ? "True" : "False") : value.asText();
  }
}
