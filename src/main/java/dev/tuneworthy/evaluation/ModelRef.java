package dev.tuneworthy.evaluation;

/**
 * Which model answered.
 *
 * @param id short name, as {@code smollm2-135m-instruct}
 * @param sha256 hash of the checkpoint file; for a remote model the hash of provider and model name
 * @param provider {@code cpu}, {@code cuda} or {@code remote}
 */
public record ModelRef(String id, String sha256, String provider) {
  public boolean remote() {
    return provider.equals("remote");
  }
}
