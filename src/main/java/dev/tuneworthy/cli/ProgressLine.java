package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import java.util.Locale;

/**
 * Shows progress on standard error: one line updated in place on a terminal, else a plain line
 * every few seconds and whenever the work changes. Ends the work when it is told to. One at a time;
 * the worker's thread reports, another may stop it.
 */
final class ProgressLine implements Progress, AutoCloseable {
  private static final long PLAIN_EVERY_NANOS = 5_000_000_000L;
  private static final String ERASE = "\r\u001b[K";

  private final Console console;
  private volatile boolean stopped;
  private String work = "";
  private long workStart;
  private int workStartDone;
  private long lastPlain;
  private boolean lineOpen;

  ProgressLine(Console console) {
    this.console = console;
  }

  @Override
  public void report(Step step) {
    if (stopped) {
      throw new ServiceException(ErrorCode.CANCELLED, "interrupted");
    }
    long now = console.nanoClock().getAsLong();
    String current = step.rung() + "\0" + step.what();
    boolean changed = !current.equals(work);
    if (changed) {
      work = current;
      workStart = now;
      workStartDone = step.done();
    }
    String line = line(step, now);
    if (console.terminal()) {
      console.err().print(ERASE + cut(line));
      console.err().flush();
      lineOpen = true;
    } else if (changed
        || now - lastPlain >= PLAIN_EVERY_NANOS
        || (step.done() == step.total() && workStartDone < step.total())) {
      lastPlain = now;
      console.err().println(line);
    }
  }

  /** Makes the next report throw {@code CANCELLED}. */
  void stop() {
    stopped = true;
  }

  /** Clears the line, so that what follows starts on a clean one. */
  @Override
  public void close() {
    if (lineOpen) {
      console.err().print(ERASE);
      console.err().flush();
      lineOpen = false;
    }
  }

  private String line(Step step, long now) {
    StringBuilder line = new StringBuilder(step.rung());
    if (!step.what().isEmpty()) {
      line.append(" · ").append(step.what());
    }
    if (step.total() > 0) {
      line.append(": ").append(step.done()).append('/').append(step.total());
    }
    if (step.tokens() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d tokens", step.tokens()));
    }
    int done = step.done() - workStartDone;
    long taken = now - workStart;
    if (done > 0 && step.done() < step.total()) {
      long left = (long) ((double) taken / done * (step.total() - step.done()));
      line.append(", ").append(clock(left)).append(" left");
    }
    return line.toString();
  }

  private static String clock(long nanos) {
    long seconds = Math.round(nanos / 1e9);
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private String cut(String line) {
    int most = console.columns() - 1;
    return line.length() <= most ? line : line.substring(0, most - 1) + "…";
  }
}
