package dev.tuneworthy.job;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row of {@code jobs}; leaves the package only as a {@link Job}. */
@Entity
@Table(name = "jobs")
class StoredJob {
  @Id String id = "";

  String kind = "";

  @Enumerated(EnumType.STRING)
  JobState state = JobState.QUEUED;

  @Nullable String owner;

  @Column(name = "lease_until")
  @Nullable Instant leaseUntil;

  @Column(name = "not_before")
  Instant notBefore = Instant.EPOCH;

  int attempts;
  int interruptions;

  @Column(name = "cancel_requested")
  boolean cancelRequested;

  @Column(name = "purge_requested")
  boolean purgeRequested;

  long revision;

  @Column(name = "progress_phase")
  @Nullable String phase;

  @Column(name = "progress_what")
  @Nullable String what;

  @Column(name = "progress_done")
  int done;

  @Column(name = "progress_total")
  int total;

  @Column(name = "progress_tokens")
  long tokens;

  @Column(name = "error_code")
  @Nullable String errorCode;

  @Column(name = "error_message")
  @Nullable String errorMessage;

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;

  @Column(name = "started_at")
  @Nullable Instant startedAt;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;

  /** For Hibernate. */
  StoredJob() {}

  StoredJob(String id, String kind, Instant now) {
    this.id = id;
    this.kind = kind;
    this.createdAt = now;
    this.notBefore = now;
    this.revision = 1;
  }

  /** Notes progress; the revision grows so that watchers see it. */
  void progress(JobProgress progress) {
    phase = progress.phase();
    what = progress.what();
    done = progress.done();
    total = progress.total();
    tokens = progress.tokens();
    revision++;
  }

  void start(String newOwner, Instant now, Instant lease) {
    state = JobState.RUNNING;
    owner = newOwner;
    leaseUntil = lease;
    startedAt = startedAt == null ? now : startedAt;
    revision++;
  }

  void queue(Instant from) {
    state = JobState.QUEUED;
    owner = null;
    leaseUntil = null;
    notBefore = from;
    revision++;
  }

  void end(JobState ended, Instant now) {
    state = ended;
    owner = null;
    leaseUntil = null;
    finishedAt = now;
    revision++;
  }

  void fault(ErrorCode code, String message) {
    errorCode = code.name();
    errorMessage = message;
  }

  void clearFault() {
    errorCode = null;
    errorMessage = null;
  }

  Job view() {
    return new Job(
        id,
        kind,
        state,
        cancelRequested,
        purgeRequested,
        revision,
        attempts,
        interruptions,
        new JobProgress(
            Optional.ofNullable(phase).orElse(""),
            Optional.ofNullable(what).orElse(""),
            done,
            total,
            tokens),
        failure(),
        createdAt,
        Optional.ofNullable(startedAt),
        Optional.ofNullable(finishedAt));
  }

  private Optional<Job.Failure> failure() {
    if (errorCode == null) {
      return Optional.empty();
    }
    ServiceException fault =
        new ServiceException(
            ErrorCode.valueOf(errorCode), Optional.ofNullable(errorMessage).orElse(""));
    return Optional.of(new Job.Failure(errorCode, fault.getMessage(), fault.retryable()));
  }
}
