package dev.tuneworthy.api;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.TaskReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tasks that clients sent, each in a folder named after its content, so that the same files make
 * the same name. Bounded in number; a name is looked up in a listing.
 */
@ApplicationScoped
class UploadedTasks {
  static final String TASK_FILE = "task.yaml";

  private static final int MOST_TASKS = 500;
  private static final int NAME_BYTES = 16;
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Path root;

  UploadedTasks(@ConfigProperty(name = "tuneworthy.data") Path data) {
    this.root = data.resolve("tasks");
  }

  /** The task file of an uploaded task. */
  Optional<Path> find(String name) {
    return names().contains(name)
        ? Optional.of(root.resolve(name).resolve(TASK_FILE))
        : Optional.empty();
  }

  List<String> names() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith("upload-"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw disk(e);
    }
  }

  /**
   * Keeps a task under the hash of its files, after it was read as a task.
   *
   * @param files by the name that the task file uses; one is {@value #TASK_FILE}
   */
  synchronized Uploaded keep(Map<String, Path> files) {
    files.keySet().forEach(UploadedTasks::checkName);
    if (!files.containsKey(TASK_FILE)) {
      throw ServiceException.of(
          ErrorCode.BAD_REQUEST,
          "upload",
          "a file " + TASK_FILE + " and the files it names",
          files.keySet().toString(),
          "Send each file under its own name");
    }
    try {
      Files.createDirectories(root);
      Path draft = Files.createTempDirectory(root, "draft-");
      try {
        return keep(files, draft);
      } finally {
        DecisionFolders.deleteTree(draft);
      }
    } catch (IOException e) {
      throw disk(e);
    }
  }

  void delete(String name) {
    find(name)
        .map(Path::getParent)
        .ifPresentOrElse(
            DecisionFolders::deleteTree,
            () -> {
              throw ServiceException.of(
                  ErrorCode.NOT_FOUND,
                  "task",
                  "the name of an uploaded task",
                  "'" + name + "'",
                  "GET /v1/tasks lists them");
            });
  }

  private Uploaded keep(Map<String, Path> files, Path draft) throws IOException {
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Files.copy(file.getValue(), draft.resolve(file.getKey()));
    }
    Task task = TaskReader.read(draft.resolve(TASK_FILE), 0);
    String name = "upload-" + hash(files);
    Path target = root.resolve(name);
    if (!Files.exists(target)) {
      if (names().size() >= MOST_TASKS) {
        throw ServiceException.of(
            ErrorCode.INPUT_TOO_LARGE,
            "upload",
            "fewer than " + MOST_TASKS + " uploaded tasks",
            Integer.toString(MOST_TASKS),
            "DELETE /v1/tasks/{name} removes one");
      }
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    }
    return new Uploaded(name, task);
  }

  private static void checkName(String name) {
    if (!FILE_NAME.matcher(name).matches()) {
      throw ServiceException.of(
          ErrorCode.BAD_REQUEST,
          "upload",
          "file names of letters, digits, '.', '_' and '-', at most 64",
          "'" + (name.length() <= 80 ? name : name.substring(0, 80)) + "'",
          "Rename the file");
    }
  }

  /** Over names and contents, each preceded by its length, so that no two uploads read alike. */
  private static String hash(Map<String, Path> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Map.Entry<String, Path> file : new TreeMap<>(files).entrySet()) {
        byte[] bytes = Files.readAllBytes(file.getValue());
        digest.update(
            (file.getKey() + "\n" + bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private ServiceException disk(IOException e) {
    return new ServiceException(
        ErrorCode.DISK, "folder " + root + " cannot be used: " + e.getMessage(), e);
  }

  /** A task that was kept, and its name. */
  record Uploaded(String name, Task task) {}
}
