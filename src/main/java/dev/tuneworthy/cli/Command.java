package dev.tuneworthy.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/** What all commands share: help, and whether faults show their stack trace. */
abstract class Command implements Callable<Integer> {
  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @CommandLine.Option(
      names = "--verbose",
      description = "Show the stack trace of an error as well.")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }
}
