package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.Locale;
import picocli.CommandLine;

/** Every fault as one line on standard error, and its exit code. */
final class ErrorLine {
  private ErrorLine() {}

  /** Prints a fault of the work. A stack trace only if asked for, or where it is our own fault. */
  static int print(Console console, Throwable thrown, boolean verbose) {
    ServiceException fault =
        thrown instanceof ServiceException known
            ? known
            : new ServiceException(
                ErrorCode.INTERNAL,
                thrown
                    + ". This is a fault of Tuneworthy: run the command again with --verbose and"
                    + " report what it prints.",
                thrown);
    String kind = fault.code().name().toLowerCase(Locale.ROOT).replace('_', '-');
    console
        .err()
        .println(
            "tuneworthy: "
                + kind
                + (fault.retryable() ? " (may pass; worth another try)" : "")
                + ": "
                + oneLine(fault.getMessage()));
    if (verbose) {
      thrown.printStackTrace(console.err());
    }
    return ExitCodes.of(fault.code().kind());
  }

  /** Prints wrong usage, with what was probably meant and where help is. */
  static int print(Console console, CommandLine.ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    console.err().println("tuneworthy: bad-usage: " + oneLine(wrong.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, console.err());
    console.err().println("Try '" + command + " --help'.");
    return ExitCodes.USAGE;
  }

  private static String oneLine(@org.jspecify.annotations.Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
