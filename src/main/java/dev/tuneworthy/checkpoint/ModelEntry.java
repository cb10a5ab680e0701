package dev.tuneworthy.checkpoint;

import java.util.List;

/**
 * A model that can be fetched by name.
 *
 * @param id the name that records carry
 * @param aliases other names, in lower case
 * @param file name of the file in the cache
 * @param bytes exact size
 * @param sha256 lower-case hexadecimal
 * @param sources in the order in which they are tried
 */
public record ModelEntry(
    String id,
    List<String> aliases,
    String description,
    String licence,
    String file,
    long bytes,
    String sha256,
    List<ModelOrigin> sources) {
  public ModelEntry {
    plain("id", id);
    plain("file", file);
    aliases = List.copyOf(aliases);
    sources = List.copyOf(sources);
    if (bytes < 1) {
      throw new IllegalArgumentException(id + ": bytes " + bytes + " is not positive");
    }
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(id + ": sha256 '" + sha256 + "' is not 64 hex digits");
    }
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(id + " has no source");
    }
  }

  /** Both become file names, so neither may lead elsewhere. */
  private static void plain(String field, String value) {
    if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
      throw new IllegalArgumentException(field + " '" + value + "' is not a plain name");
    }
  }
}
