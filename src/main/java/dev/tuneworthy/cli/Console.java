package dev.tuneworthy.cli;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * Where a command writes: results on standard output, progress and errors on standard error.
 *
 * @param terminal whether standard error is a terminal, where a line can be updated in place
 * @param columns of the terminal
 * @param nanoClock as {@link System#nanoTime}
 */
public record Console(
    PrintStream out, PrintStream err, boolean terminal, int columns, LongSupplier nanoClock) {
  public Console {
    if (columns < 20) {
      throw new IllegalArgumentException("a terminal of at least 20 columns, not " + columns);
    }
  }

  void result(String text) {
    out.println(text);
    out.flush();
  }
}
