package dev.tuneworthy.cli;

import dev.tuneworthy.evaluation.Progress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Ends a command cleanly on Ctrl-C or a termination signal: the work is told to stop, gets some
 * time to bring what it finished to disk, and the message says how to go on. The exit code is the
 * Java runtime's for the signal (130, 143).
 */
final class Interruption {
  private static final int SECONDS = 20;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Console console, ProgressLine progress, String howToResume) {
    hook =
        new Thread(
            () -> {
              progress.stop();
              console.err().println();
              console.err().println("Interrupted: finishing the step under way.");
              boolean clean = await();
              console
                  .err()
                  .println(
                      (clean ? "" : "It takes too long and is dropped. ")
                          + "What is finished is kept. To go on: "
                          + howToResume);
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Does work that shows its progress and can be interrupted.
   *
   * @param again what to do to go on after an interruption
   */
  static <T> T guard(Console console, String again, Function<Progress, T> work) {
    try (ProgressLine progress = new ProgressLine(console)) {
      Interruption interruption = new Interruption(console, progress, again);
      try {
        return work.apply(progress);
      } finally {
        interruption.end();
      }
    }
  }

  private boolean await() {
    try {
      return ended.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void end() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The shutdown is under way and the hook is running: it waits for the latch alone.
      return;
    }
  }
}
