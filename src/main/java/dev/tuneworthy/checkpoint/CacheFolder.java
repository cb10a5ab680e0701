package dev.tuneworthy.checkpoint;

import java.nio.file.Path;

/** Where fetched models and digests live: {@code TUNEWORTHY_CACHE}, else ~/.cache/tuneworthy. */
public final class CacheFolder {
  private CacheFolder() {}

  public static Path fromEnvironment() {
    String configured = System.getenv("TUNEWORTHY_CACHE");
    return configured == null || configured.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "tuneworthy")
        : Path.of(configured);
  }
}
