package dev.tuneworthy.app;

import dev.tuneworthy.cli.DecisionFolders;
import dev.tuneworthy.decision.DecisionJson;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.report.ReportWriter;
import java.nio.file.Path;

/** Decision folders on disk. */
final class ReportFolders implements DecisionFolders {
  @Override
  public DecisionRecord read(Path folder) {
    return DecisionJson.read(folder);
  }

  @Override
  public String json(DecisionRecord decision) {
    return DecisionJson.text(decision);
  }

  @Override
  public void render(Path folder) {
    ReportWriter.write(DecisionJson.read(folder), folder);
  }

  @Override
  public String markdown(Path folder) {
    return ReportWriter.markdown(DecisionJson.read(folder));
  }
}
