package dev.tuneworthy.prompting;

import java.time.Duration;

/**
 * How a chat model may be called.
 *
 * @param retries further attempts after a failure that may pass
 * @param firstWait before the first retry; doubles with each one
 * @param longestWait a server that asks for more is not waited for
 * @param concurrency most calls at once
 */
record CallLimits(int retries, Duration firstWait, Duration longestWait, int concurrency) {
  static CallLimits of(RemoteModelConfig config) {
    return new CallLimits(
        config.retries(), Duration.ofMillis(500), Duration.ofSeconds(60), config.concurrency());
  }
}
