package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRecord;
import java.nio.file.Path;

/** Decision folders as commands read them. */
public interface DecisionFolders {
  /** The record of a finished decision. */
  DecisionRecord read(Path folder);

  /** The record as {@code decision.json} holds it. */
  String json(DecisionRecord decision);

  /** Writes {@code report.html} and {@code report.md} anew from the folder's record. */
  void render(Path folder);

  /** The report as Markdown. */
  String markdown(Path folder);
}
