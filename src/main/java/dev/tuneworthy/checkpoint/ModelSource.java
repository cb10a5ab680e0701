package dev.tuneworthy.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** One way to get the file of a model. */
interface ModelSource {
  /** What to call it in messages. */
  String name();

  /** Whether {@link #fetch} goes on from the bytes that an earlier try left. */
  boolean resumes();

  /**
   * Brings the whole file to {@code partial}; every wait in it is bounded.
   *
   * @param partial file that may hold the beginning from an earlier try
   * @param arrived told the bytes so far, now and then
   * @throws IOException with a message that says why not
   */
  void fetch(Path partial, LongConsumer arrived) throws IOException, InterruptedException;
}
