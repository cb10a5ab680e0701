package dev.tuneworthy.cli;

import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.error.ErrorKind;

/** Exit codes of a gate in a pipeline. */
final class ExitCodes {
  /** An approach is recommended, or the command did what it was asked. */
  static final int GO = 0;

  /** A fault of this program or its surroundings: disk, network, provider. */
  static final int FAILURE = 1;

  /** The policy says no. */
  static final int REFUSED = 2;

  /** Wrong usage or bad input. */
  static final int USAGE = 3;

  /** The evidence does not settle it. */
  static final int INCONCLUSIVE = 4;

  private ExitCodes() {}

  static int of(Verdict verdict) {
    return switch (verdict) {
      case PROMPT, TUNE -> GO;
      case NEITHER -> REFUSED;
      case INCONCLUSIVE -> INCONCLUSIVE;
    };
  }

  static int of(ErrorKind kind) {
    return switch (kind) {
      case USER, NOT_FOUND, LIMIT -> USAGE;
      case EXTERNAL, INTERNAL -> FAILURE;
    };
  }
}
