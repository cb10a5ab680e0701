package dev.tuneworthy.job;

import java.time.Instant;
import java.util.Optional;

/**
 * One job as it stood when it was read.
 *
 * @param revision grows with every change that a watcher would want to see
 * @param attempts runs that ended in an error worth trying again
 * @param interruptions runs that ended with the process
 */
public record Job(
    String id,
    String kind,
    JobState state,
    boolean cancelRequested,
    boolean purgeRequested,
    long revision,
    int attempts,
    int interruptions,
    JobProgress progress,
    Optional<Failure> failure,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {

  /**
   * Why the last run ended in an error.
   *
   * @param code name in the error catalogue
   */
  public record Failure(String code, String message, boolean retryable) {}
}
