package dev.tuneworthy.cli;

import dev.tuneworthy.decision.Library;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.NeutralProse;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.TaskReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What arguments name: a path that exists, else something shipped of that name. */
final class Inputs {
  private static final String TASK_FILE = "task.yaml";

  private final Workshop workshop;
  private final Library library;

  Inputs(Workshop workshop) {
    this.workshop = workshop;
    this.library = new Library(workshop.home());
  }

  /** A task file, a folder with {@code task.yaml}, or the name of a shipped task. */
  Task task(String named, long seed) {
    Optional<Path> found =
        existing(named).map(p -> Files.isDirectory(p) ? p.resolve(TASK_FILE) : p);
    return TaskReader.read(
        found.orElseGet(
            () -> {
              known("task", named, library.tasks());
              return library.task(named);
            }),
        seed);
  }

  /** A policy file or the name of a shipped policy. */
  Policy policy(String named) {
    Optional<Path> found = existing(named).filter(Files::isRegularFile);
    if (found.isPresent()) {
      return PolicyReader.read(found.get());
    }
    known("policy", named, library.policies());
    return library.policy(named);
  }

  /** Each the path of a suite or the name of a shipped one. */
  List<BaselineSuite> suites(List<String> named) {
    return named.stream().map(one -> workshop.suite(suiteFolder(one))).toList();
  }

  /** The path of a suite or the name of a shipped one. */
  Path suiteFolder(String named) {
    return existing(named)
        .orElseGet(
            () -> {
              known("suite", named, library.suites());
              return library.suite(named);
            });
  }

  /** The shipped neutral prose; empty where a home has none. */
  Optional<String> prose() {
    return NeutralProse.in(workshop.home());
  }

  /** Whether a text names a remote model; a path or a name of the catalogue has no such start. */
  static boolean isRemote(String text) {
    return text.startsWith("openai:") || text.startsWith("ollama:");
  }

  /** {@code openai:NAME} or {@code ollama:NAME}. */
  static RemoteModelSpec remote(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1 || text.length() > 200) {
      throw wrongRemote(text);
    }
    try {
      return new RemoteModelSpec(text.substring(0, colon), text.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      throw wrongRemote(text);
    }
  }

  private static ServiceException wrongRemote(String text) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "--prompt-model",
        "openai:NAME or ollama:NAME",
        "'" + text + "'",
        "Name the provider and the model, as in openai:gpt-4o-mini.");
  }

  private static Optional<Path> existing(String named) {
    try {
      return Optional.of(Path.of(named)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private void known(String kind, String named, List<String> shipped) {
    if (!shipped.contains(named)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND,
          kind + " '" + named + "'",
          "an existing path or a name shipped in " + workshop.home(),
          "neither",
          Nearest.remedy(named, shipped));
    }
  }
}
