package dev.tuneworthy.app;

import dev.tuneworthy.checkpoint.DownloadProgress;
import dev.tuneworthy.evaluation.Progress;

/** Shows a download, in megabytes, as progress of the command that waits for it. */
record DownloadSteps(Progress progress) implements DownloadProgress {
  private static final int MEGABYTE = 1_000_000;

  @Override
  public void advanced(String model, String source, long bytes, long total) {
    progress.report(
        new Progress.Step(
            "model",
            model + " from " + source + ", MB",
            Math.toIntExact(bytes / MEGABYTE),
            Math.toIntExact(total / MEGABYTE),
            0));
  }

  @Override
  public void sourceFailed(String model, String source, String reason) {
    progress.report(
        new Progress.Step("model", model + " not from " + source + ": " + reason, 0, 0, 0));
  }
}
