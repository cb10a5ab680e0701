package dev.tuneworthy.job;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** Bounds and rhythm of the queue. */
@ConfigMapping(prefix = "tuneworthy.queue")
public interface QueueSettings {
  /** Jobs that may wait. */
  int capacity();

  /** How long a worker may be silent before its job counts as orphaned. */
  Duration lease();

  /** How often the worker looks for work. */
  Duration poll();

  /** Runs that may end in a retryable error before the job fails. */
  int attempts();
}
