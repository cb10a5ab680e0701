package dev.tuneworthy.evaluation;

/**
 * Which model answered.
 *
 * @param id short name, as {@code smollm2-135m-instruct}
 * @param sha256 hash of the checkpoint file; for a remote model the hash of provider and model name
 * @param provider {@code cpu}, {@code cuda} or {@code remote}
 * @param precision how its weights were held: {@code float32}, {@code int8} or {@code q4}; {@code
 *     unknown} of a remote model
 */
public record ModelRef(String id, String sha256, String provider, String precision) {
  private static final String REMOTE = "remote";
  private static final String REFERENCE = "float32";

  /** A model whose weights are as the checkpoint says, or a remote one. */
  public ModelRef(String id, String sha256, String provider) {
    this(id, sha256, provider, provider.equals(REMOTE) ? "unknown" : REFERENCE);
  }

  public boolean remote() {
    return provider.equals(REMOTE);
  }

  /**
   * What its answers may be kept under: the same checkpoint answers otherwise when it is rounded.
   */
  public String key() {
    return remote() || precision.equals(REFERENCE) ? sha256 : sha256 + "-" + precision;
  }
}
