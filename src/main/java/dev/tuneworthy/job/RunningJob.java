package dev.tuneworthy.job;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A job in a worker's hands. Progress is written at most twice a second; the heartbeat keeps the
 * lease while a step is silent. {@code report} belongs to the worker's thread, {@code beat} and
 * {@code stop} to others.
 */
final class RunningJob implements JobContext {
  private static final Duration WRITE_EVERY = Duration.ofMillis(500);

  private final String id;
  private final String owner;
  private final JobLedger ledger;
  private final Clock clock;
  private volatile JobLedger.Standing standing = JobLedger.Standing.OWNED;
  private volatile boolean stopping;
  private Instant written = Instant.EPOCH;
  private JobProgress last = JobProgress.NONE;

  RunningJob(String id, String owner, JobLedger ledger, Clock clock) {
    this.id = id;
    this.owner = owner;
    this.ledger = ledger;
    this.clock = clock;
  }

  @Override
  public String jobId() {
    return id;
  }

  @Override
  public void report(JobProgress progress) {
    Instant now = clock.instant();
    boolean newPhase = !progress.phase().equals(last.phase());
    if (newPhase || now.isAfter(written.plus(WRITE_EVERY))) {
      standing = ledger.renew(id, owner, Optional.of(progress));
      written = now;
      last = progress;
    }
    if (stopping || standing != JobLedger.Standing.OWNED) {
      throw new ServiceException(ErrorCode.CANCELLED, "the job was told to stop");
    }
  }

  /** Keeps the lease and learns of a cancellation. */
  void beat() {
    standing = ledger.renew(id, owner, Optional.empty());
  }

  /** Has the work stop at its next report because the process stops. */
  void stop() {
    stopping = true;
  }

  /** Whether a CANCELLED thrown by the work came from the process stopping, not from a client. */
  boolean interruptedByStop() {
    return stopping && standing == JobLedger.Standing.OWNED;
  }

  boolean cancelled() {
    return standing == JobLedger.Standing.CANCELLED;
  }
}
