package dev.tuneworthy.checkpoint;

/** Told how a download gets on; called from the thread that waits for it. */
public interface DownloadProgress {
  /** Tells nobody. */
  DownloadProgress SILENT =
      new DownloadProgress() {
        @Override
        public void advanced(String model, String source, long bytes, long total) {}

        @Override
        public void sourceFailed(String model, String source, String reason) {}
      };

  /**
   * Some bytes more have arrived.
   *
   * @param bytes so far, from this source
   * @param total what there will be
   */
  void advanced(String model, String source, long bytes, long total);

  /** A source gave up; the next one, if any, is tried. */
  void sourceFailed(String model, String source, String reason);
}
