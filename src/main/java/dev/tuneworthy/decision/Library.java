package dev.tuneworthy.decision;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.policy.PriceList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What can be called by name: the policies, baseline suites and example tasks that are shipped. A
 * name is looked up in a listing of the folder and never becomes part of a path, so no name reaches
 * a file outside. Reads the disk anew with each call, so a file that is added is found.
 */
public final class Library {
  private static final String POLICY_END = ".yaml";

  private final Path home;

  /**
   * @param home the folder that holds {@code policies} and {@code eval-suites}
   */
  public Library(Path home) {
    this.home = home;
  }

  public List<String> policies() {
    return List.copyOf(policyFiles().keySet());
  }

  public Policy policy(String name) {
    return PolicyReader.read(named("policy", name, policyFiles()));
  }

  /** Prices of models sold by the token, for policies that come without a file. */
  public PriceList prices() {
    Path catalogue = home.resolve("policies").resolve("prices.json");
    return Files.exists(catalogue) ? PolicyReader.prices(catalogue) : PriceList.NONE;
  }

  public List<String> tasks() {
    return List.copyOf(taskFolders().keySet());
  }

  /** The file of a shipped task. */
  public Path task(String name) {
    return named("task", name, taskFolders()).resolve("task.yaml");
  }

  public List<String> suites() {
    return List.copyOf(suiteFolders().keySet());
  }

  /** The folder of a shipped baseline suite. */
  public Path suite(String name) {
    return named("suite", name, suiteFolders());
  }

  private Map<String, Path> policyFiles() {
    return listing(
        home.resolve("policies"),
        file -> file.toString().endsWith(POLICY_END),
        name -> name.substring(0, name.length() - POLICY_END.length()));
  }

  private Map<String, Path> taskFolders() {
    return listing(
        home.resolve("eval-suites").resolve("tasks"),
        folder -> Files.exists(folder.resolve("task.yaml")),
        name -> name);
  }

  private Map<String, Path> suiteFolders() {
    return listing(
        home.resolve("eval-suites"),
        folder ->
            Files.isDirectory(folder) && !folder.endsWith("tasks") && !folder.endsWith("general"),
        name -> name);
  }

  private static Map<String, Path> listing(
      Path folder, Predicate<Path> wanted, Function<String, String> toName) {
    Map<String, Path> found = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(wanted)
          .forEach(
              file ->
                  Optional.ofNullable(file.getFileName())
                      .ifPresent(name -> found.put(toName.apply(name.toString()), file)));
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, folder + " cannot be listed: " + e.getMessage(), e);
    }
    return found;
  }

  private static Path named(String kind, String name, Map<String, Path> known) {
    return Optional.ofNullable(known.get(name))
        .orElseThrow(
            () ->
                ServiceException.of(
                    ErrorCode.NOT_FOUND,
                    kind,
                    "the name of one that is here",
                    "'" + name + "'",
                    Nearest.remedy(name, known.keySet())));
  }
}
