package dev.tuneworthy.error;

/** Whose fault an error is, which decides its HTTP status and exit code. */
public enum ErrorKind {
  /** The caller's input or usage: 4xx, exit code 3. */
  USER,
  /** Something named does not exist: 404, exit code 3. */
  NOT_FOUND,
  /**
   * A bound that protects the service or the owner's budget was reached: 413 or 429, exit code 3.
   */
  LIMIT,
  /** Disk, network or a provider: 5xx, exit code 1, worth trying again. */
  EXTERNAL,
  /** A fault of this program: 500, exit code 1. */
  INTERNAL
}
