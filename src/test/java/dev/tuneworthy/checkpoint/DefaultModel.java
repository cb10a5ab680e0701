package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The default model for tests tagged {@code model}. Where {@code CI} is {@code true} it is fetched
 * if need be, and a test without it fails; elsewhere a test without it is skipped and says why.
 */
public final class DefaultModel {
  private static final String NAME = "smollm2-135m-instruct";

  private DefaultModel() {}

  /** The verified file. */
  public static Path file() {
    ModelStore store = ModelStore.standard();
    boolean cached = store.list().stream().anyMatch(m -> m.model().id().equals(NAME) && m.cached());
    if (!cached && !"true".equals(System.getenv("CI"))) {
      String why = NAME + " is not in the cache: fetch it with ./tuneworthy model pull " + NAME;
      System.out.println("Skipped: " + why);
      Assumptions.abort(why);
    }
    return store.pull(NAME, DownloadProgress.SILENT).path();
  }
}
