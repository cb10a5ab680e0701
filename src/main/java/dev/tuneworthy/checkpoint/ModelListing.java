package dev.tuneworthy.checkpoint;

import java.nio.file.Path;

/**
 * A model of the catalogue and whether it is in the cache.
 *
 * @param path where it is or would be
 * @param cached whether a file of the right size is there
 */
public record ModelListing(ModelEntry model, Path path, boolean cached) {}
