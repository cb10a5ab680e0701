package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.ExampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the report of each verdict into a folder, to be looked at; not a test. */
public final class ReportPreview {
  private ReportPreview() {}

  public static void main(String[] args) throws IOException {
    List<DecisionRecord> records =
        List.of(
            ExampleRecords.tune(),
            ExampleRecords.prompt(),
            ExampleRecords.neither(),
            ExampleRecords.inconclusive());
    for (DecisionRecord record : records) {
      Path folder = Files.createDirectories(Path.of(args[0]).resolve(record.verdict().name()));
      ReportWriter.write(record, folder);
    }
  }
}
