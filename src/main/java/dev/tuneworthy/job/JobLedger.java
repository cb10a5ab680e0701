package dev.tuneworthy.job;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The transitions that a worker makes. A worker owns a job while the row names it as owner and is
 * RUNNING; every write checks that under a row lock, so a worker that lost its lease can change
 * nothing any more.
 */
@ApplicationScoped
class JobLedger {
  /** A process that keeps dying on the same job is not helped by starting it once more. */
  static final int MOST_INTERRUPTIONS = 20;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final int MOST_DOUBLINGS = 6;

  private final EntityManager entities;
  private final QueueSettings settings;
  private final Clock clock;

  JobLedger(EntityManager entities, QueueSettings settings, Clock clock) {
    this.entities = entities;
    this.settings = settings;
    this.clock = clock;
  }

  /** Takes the job whose turn it is; empty if none waits. */
  @Transactional
  Optional<Job> claim(String owner) {
    Instant now = clock.instant();
    List<String> next =
        entities
            .createQuery(
                "select j.id from StoredJob j where j.state = :queued and j.notBefore <= :now"
                    + " order by j.createdAt, j.id",
                String.class)
            .setParameter("queued", JobState.QUEUED)
            .setParameter("now", now)
            .setMaxResults(1)
            .getResultList();
    if (next.isEmpty()) {
      return Optional.empty();
    }
    StoredJob job = entities.find(StoredJob.class, next.get(0), LockModeType.PESSIMISTIC_WRITE);
    // Between the two statements another worker may have taken it, or a client cancelled it.
    if (job == null || job.state != JobState.QUEUED) {
      return Optional.empty();
    }
    job.start(owner, now, now.plus(settings.lease()));
    return Optional.of(job.view());
  }

  /** Renews the lease and notes progress, if there is any. */
  @Transactional
  Standing renew(String id, String owner, Optional<JobProgress> progress) {
    Optional<StoredJob> owned = owned(id, owner);
    owned.ifPresent(
        job -> {
          job.leaseUntil = clock.instant().plus(settings.lease());
          progress.ifPresent(job::progress);
        });
    return owned
        .map(job -> job.cancelRequested ? Standing.CANCELLED : Standing.OWNED)
        .orElse(Standing.LOST);
  }

  @Transactional
  void succeed(String id, String owner) {
    change(
        id,
        owner,
        job -> {
          job.clearFault();
          job.end(JobState.SUCCEEDED, clock.instant());
        });
  }

  /** Ends the job, or puts it back after a pause if the fault is worth another try. */
  @Transactional
  void fail(String id, String owner, ServiceException fault) {
    change(
        id,
        owner,
        job -> {
          job.fault(fault.code(), fault.getMessage());
          job.attempts++;
          if (job.cancelRequested) {
            job.end(JobState.CANCELLED, clock.instant());
          } else if (fault.retryable() && job.attempts < settings.attempts()) {
            job.queue(clock.instant().plus(pause(job.attempts)));
          } else {
            job.end(JobState.FAILED, clock.instant());
          }
        });
  }

  @Transactional
  void cancelled(String id, String owner) {
    change(
        id,
        owner,
        job -> {
          job.clearFault();
          job.end(JobState.CANCELLED, clock.instant());
        });
  }

  /** Gives a job back because the process stops; that does not count against it. */
  @Transactional
  void release(String id, String owner) {
    change(id, owner, job -> job.queue(clock.instant()));
  }

  /**
   * Puts orphaned jobs back: those whose lease ran out and, at the start of a process, those that
   * its predecessor with the same identity left behind.
   */
  @Transactional
  int recover(Optional<String> startingOwner) {
    Instant now = clock.instant();
    List<StoredJob> orphans =
        entities
            .createQuery(
                "select j from StoredJob j where j.state = :running"
                    + " and (j.leaseUntil < :now or j.owner = :owner)",
                StoredJob.class)
            .setParameter("running", JobState.RUNNING)
            .setParameter("now", now)
            .setParameter("owner", startingOwner.orElse(""))
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    orphans.forEach(job -> recover(job, now));
    return orphans.size();
  }

  private static void recover(StoredJob job, Instant now) {
    job.interruptions++;
    if (job.cancelRequested) {
      job.end(JobState.CANCELLED, now);
    } else if (job.interruptions >= MOST_INTERRUPTIONS) {
      job.fault(
          ErrorCode.INTERNAL,
          "the process ended " + job.interruptions + " times while it worked on this");
      job.end(JobState.FAILED, now);
    } else {
      job.queue(now);
    }
  }

  /** Jobs that ended and whose data is to go. */
  @Transactional
  List<Job> toPurge() {
    return entities
        .createQuery(
            "select j from StoredJob j where j.purgeRequested = true and j.state in :ended",
            StoredJob.class)
        .setParameter("ended", List.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED))
        .getResultStream()
        .map(StoredJob::view)
        .toList();
  }

  private void change(String id, String owner, Consumer<StoredJob> change) {
    owned(id, owner).ifPresent(change);
  }

  private Optional<StoredJob> owned(String id, String owner) {
    return Optional.ofNullable(entities.find(StoredJob.class, id, LockModeType.PESSIMISTIC_WRITE))
        .filter(job -> job.state == JobState.RUNNING && owner.equals(job.owner));
  }

  private static Duration pause(int attempts) {
    return FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
  }

  /** How a worker stands to its job. */
  enum Standing {
    OWNED,
    /** Owned, but it is to stop. */
    CANCELLED,
    /** Another worker has it, or it is gone. */
    LOST
  }
}
