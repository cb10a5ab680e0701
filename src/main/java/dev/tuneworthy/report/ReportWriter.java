package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a decision record for people, as one HTML file and as Markdown. */
public final class ReportWriter {
  private ReportWriter() {}

  /** Writes {@code report.html} and {@code report.md} into a decision folder. */
  public static void write(DecisionRecord record, Path folder) {
    write(folder.resolve("report.html"), html(record));
    write(folder.resolve("report.md"), markdown(record));
  }

  /** One self-contained page: no script, nothing fetched. */
  public static String html(DecisionRecord record) {
    return HtmlReport.of(record);
  }

  public static String markdown(DecisionRecord record) {
    return MarkdownReport.of(record);
  }

  private static void write(Path file, String text) {
    try {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.writeString(part, text, StandardCharsets.UTF_8);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.DISK, file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
