package dev.tuneworthy.api;

/** What a name in a request may look like; it cannot climb folders or start a path. */
final class Names {
  static final String PATTERN = "[a-z0-9][a-z0-9._-]{0,63}";
  static final String MESSAGE =
      "must be a name: lower-case letters, digits, '.', '_' and '-', at most 64";

  private Names() {}
}
