package dev.tuneworthy.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a baseline suite of multiple-choice tasks of lm-evaluation-harness with local data: one
 * capability for each task. Templates are rendered once, here; what is written holds plain texts
 * and needs no engine to be read.
 *
 * <p>A document that says {@code id} and {@code split} keeps them. Others are numbered and dealt in
 * their order, of eight one to dev, four to test and three to the reserve, as the shipped suite has
 * them.
 */
public final class LmEvalImport {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final List<String> DEAL =
      List.of("test", "reserve", "test", "dev", "test", "reserve", "test", "reserve");
  private static final Set<String> SPLITS = Set.of("dev", "test", "reserve");

  private LmEvalImport() {}

  /**
   * Writes the suite's folder and reads it back.
   *
   * @param tasks YAML files
   * @param folder new or empty
   * @return the suite as it will be read
   * @throws ServiceException {@code BAD_SUITE} with file and line for what cannot be imported,
   *     {@code CONFLICT} if the folder is not empty, {@code DISK}
   */
  public static BaselineSuite write(List<Path> tasks, DocumentTemplates templates, Path folder) {
    refuseFull(folder);
    List<LmEvalTask> read = tasks.stream().map(file -> LmEvalTask.read(file, templates)).toList();
    try {
      Files.createDirectories(folder);
      for (int i = 0; i < read.size(); i++) {
        write(read.get(i), "%03d".formatted(i + 1), folder);
      }
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          folder + " cannot be written: " + e + ". Free some space, then retry.",
          e);
    }
    return SuiteReader.read(folder);
  }

  private static void refuseFull(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw ServiceException.of(
            ErrorCode.CONFLICT,
            "folder " + folder,
            "an empty folder",
            "files in it",
            "Name another folder.");
      }
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.DISK, folder + " cannot be listed: " + e, e);
    }
  }

  private static void write(LmEvalTask task, String number, Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    JsonLines.readAny(
        task.data(),
        ErrorCode.BAD_SUITE,
        (where, document) -> lines.add(item(task, document, lines.size())));
    String data = number + ".jsonl";
    Files.writeString(folder.resolve(data), String.join("\n", lines) + "\n");
    String metric = task.normalised() ? "acc_norm" : "acc";
    String head =
        String.join(
            "\n",
            "task: " + MAPPER.writeValueAsString(task.name()),
            "dataset_path: " + data,
            "output_type: multiple_choice",
            "doc_to_text: context",
            "doc_to_choice: choices",
            "doc_to_target: answer",
            "target_delimiter: \"\"",
            "metric_list: [{metric: " + metric + "}]",
            "");
    Files.writeString(folder.resolve(number + ".yaml"), head);
  }

  private static String item(LmEvalTask task, JsonNode document, int index) {
    List<String> choices = task.choices(document);
    int answer = task.answer(document, choices);
    String context = task.context(document);
    // The harness moves white space at the end of the question to the front of each choice.
    String question = context.stripTrailing();
    String between = context.substring(question.length()) + task.delimiter();
    String split = document.path("split").asText("");
    ObjectNode item = MAPPER.createObjectNode();
    item.put("id", document.path("id").asText(task.name() + "-" + (index + 1)));
    item.put("split", SPLITS.contains(split) ? split : DEAL.get(index % DEAL.size()));
    item.put("family", document.path("family").asText(SuiteItem.ALONE));
    item.put("context", question);
    choices.forEach(choice -> item.withArray("choices").add(between + choice));
    item.put("answer", answer);
    try {
      return MAPPER.writeValueAsString(item);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }
}
