package dev.tuneworthy.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example tasks of this project must pass its own checks. */
class ShippedTasksTest {
  static List<Path> tasks() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("eval-suites", "tasks"))) {
      return folders.map(folder -> folder.resolve("task.yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyShippedTaskIsSound(Path file) {
    Task task = TaskReader.read(file, 1);
    DataReport report =
        DataChecks.run(task, text -> text.split("\\s+").length, 2048, n -> 1 / Math.sqrt(n));

    assertThat(report.hasErrors()).isFalse();
    assertThat(report.findings())
        .filteredOn(finding -> finding.severity() == DataReport.Severity.WARNING)
        .filteredOn(finding -> !finding.check().equals("near-duplicates"))
        .isEmpty();
    assertThat(report.nearDuplicates().size())
        .as("near-duplicates: %s", report.nearDuplicates())
        .isLessThan(task.split(Split.TEST).size() / 10);
  }
}
