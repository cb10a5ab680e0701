package dev.tuneworthy.checkpoint;

import java.nio.file.Path;

/**
 * A model that is there.
 *
 * @param id its name in the catalogue, or the file's or folder's name
 * @param path GGUF file or Hugging Face folder
 */
public record ResolvedModel(String id, Path path) {}
