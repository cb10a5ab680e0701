package dev.tuneworthy.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.ContentHash;
import dev.tuneworthy.task.InputLimits;
import dev.tuneworthy.task.JsonLines;
import dev.tuneworthy.task.NeighbourFile;
import dev.tuneworthy.task.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads a baseline suite: a folder of YAML heads, one for each capability, with the field names of
 * lm-evaluation-harness tasks, and beside each a file of items, one JSON object a line ({@link
 * ItemReader}). Of a head, {@code task} names the capability, {@code dataset_path} the items and
 * {@code output_type} ({@code multiple_choice} or {@code generate_until}) the form that every item
 * must have; {@code metadata.answer_in_question} tells {@link SuiteLint} that its questions contain
 * their answers by design. The other fields serve the harness and are not interpreted.
 */
public final class SuiteReader {
  static final int MOST_CAPABILITIES = 100;

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
          "num_fewshot",
          "output_type",
          "doc_to_text",
          "doc_to_choice",
          "doc_to_target",
          "generation_kwargs",
          "target_delimiter",
          "metric_list",
          "metadata",
          "description");

  private final Map<String, String> places = new HashMap<>();
  private final Set<String> capabilities = new HashSet<>();
  private final Set<String> showsAnswers = new HashSet<>();
  private final List<SuiteItem> items = new ArrayList<>();
  private final ContentHash hash = new ContentHash();

  private SuiteReader() {}

  /**
   * Reads every {@code *.yaml} of a folder, in the order of their names.
   *
   * @return a suite by the name of the folder
   * @throws ServiceException {@code BAD_SUITE} with file and line, or {@code FILE_NOT_FOUND}
   */
  public static BaselineSuite read(Path folder) {
    return located(folder).suite();
  }

  /** As {@link #read}, with the places of the items. */
  static LocatedSuite located(Path folder) {
    List<Path> heads = heads(folder);
    SuiteReader reader = new SuiteReader();
    reader.hash.add("suite 1");
    heads.forEach(reader::capability);
    Path name = folder.toAbsolutePath().normalize().getFileName();
    BaselineSuite suite =
        new BaselineSuite(
            name == null ? "suite" : name.toString(), reader.items, reader.hash.hex());
    return new LocatedSuite(suite, reader.places, reader.showsAnswers);
  }

  private static List<Path> heads(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND,
          "suite",
          "a folder",
          "none at " + folder,
          "Give the folder of a baseline suite.");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> heads = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
      if (heads.isEmpty() || heads.size() > MOST_CAPABILITIES) {
        throw ServiceException.of(
            ErrorCode.BAD_SUITE,
            folder.toString(),
            "1 to " + MOST_CAPABILITIES + " .yaml files",
            heads.size() + "",
            "Give the folder of a baseline suite.");
      }
      return heads;
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private void capability(Path head) {
    YamlTree tree = YamlTree.read(head, ErrorCode.BAD_SUITE);
    tree.allowOnly("", KEYS);
    String capability = tree.text("task");
    String type = tree.text("output_type");
    if (!capabilities.add(capability) || capability.length() > InputLimits.NAME) {
      throw tree.wrong(
          "task", "a short name used once", JsonLines.shown(capability), "Rename the capability.");
    }
    if (!type.equals("multiple_choice") && !type.equals("generate_until")) {
      throw tree.wrong(
          "output_type",
          "multiple_choice or generate_until",
          JsonLines.shown(type),
          "Other harness tasks cannot be run.");
    }
    Path folder = head.toAbsolutePath().getParent();
    Path data =
        NeighbourFile.resolve(
            folder, tree.text("dataset_path"), tree.where("/dataset_path"), ErrorCode.BAD_SUITE);
    boolean chooses = type.equals("multiple_choice");
    if (tree.root().at("/metadata/answer_in_question").asBoolean()) {
      showsAnswers.add(capability);
    }
    boolean normalised = normalised(tree);
    hash.add(capability).add(type);
    if (normalised) {
      hash.add("acc_norm");
    }
    List<SuiteItem> read =
        JsonLines.read(
            data,
            ErrorCode.BAD_SUITE,
            (where, value) ->
                item(where, chooses, ItemReader.read(where, value, capability, normalised), value));
    if (read.isEmpty()) {
      throw tree.wrong("dataset_path", "items", "an empty file", "Add items or drop the head.");
    }
    items.addAll(read);
  }

  /** Whether {@code acc_norm} is among the metrics; the harness calls it so. */
  private static boolean normalised(YamlTree head) {
    for (JsonNode metric : head.root().path("metric_list")) {
      if (metric.path("metric").asText().equals("acc_norm")) {
        return true;
      }
    }
    return false;
  }

  private SuiteItem item(String where, boolean chooses, SuiteItem item, JsonNode value) {
    if (chooses ? item.choose().isEmpty() : item.generate().isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_SUITE,
          where,
          chooses ? "context, choices and answer" : "chat and check",
          "none of them",
          "The output_type of the head requires them of every item.");
    }
    String before = places.putIfAbsent(item.id(), where);
    if (before != null) {
      throw ServiceException.of(
          ErrorCode.BAD_SUITE,
          where,
          "an id used once in the suite",
          "'" + item.id() + "', also at " + before,
          "Rename one.");
    }
    hash.add(value.toString());
    return item;
  }
}
