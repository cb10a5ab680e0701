package dev.tuneworthy.job;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The durable, bounded queue as its clients see it: submit, look, cancel. Every method is one
 * transaction, or takes part in the caller's. Safe for use by many threads.
 */
@ApplicationScoped
public class JobQueue {
  private final EntityManager entities;
  private final QueueSettings settings;
  private final Clock clock;

  JobQueue(EntityManager entities, QueueSettings settings, Clock clock) {
    this.entities = entities;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Puts a job at the end of the queue.
   *
   * @throws ServiceException with {@code QUEUE_FULL} when as many jobs wait as may
   */
  @Transactional
  public Job submit(String id, String kind) {
    long waiting = count(JobState.QUEUED);
    if (waiting >= settings.capacity()) {
      throw ServiceException.of(
          ErrorCode.QUEUE_FULL,
          "queue",
          "fewer than " + settings.capacity() + " waiting decisions",
          Long.toString(waiting),
          "Try again later, or cancel one that waits");
    }
    StoredJob job = new StoredJob(id, kind, clock.instant());
    entities.persist(job);
    return job.view();
  }

  @Transactional
  public Optional<Job> find(String id) {
    return Optional.ofNullable(entities.find(StoredJob.class, id)).map(StoredJob::view);
  }

  /** The jobs with these ids that exist, by id. */
  @Transactional
  public Map<String, Job> findAll(List<String> ids) {
    return entities
        .createQuery("select j from StoredJob j where j.id in :ids", StoredJob.class)
        .setParameter("ids", ids)
        .getResultStream()
        .collect(Collectors.toMap(job -> job.id, StoredJob::view));
  }

  @Transactional
  public long count(JobState state) {
    return entities
        .createQuery("select count(j) from StoredJob j where j.state = :state", Long.class)
        .setParameter("state", state)
        .getSingleResult();
  }

  /**
   * Cancels a job and has its data purged: at once if it does not run, else as soon as its handler
   * reports progress. A job that ended keeps its state.
   *
   * @return the job as it now stands; empty if there is none
   */
  @Transactional
  public Optional<Job> cancelAndPurge(String id) {
    Optional<StoredJob> found =
        Optional.ofNullable(entities.find(StoredJob.class, id, LockModeType.PESSIMISTIC_WRITE));
    found.ifPresent(
        job -> {
          job.cancelRequested = true;
          job.purgeRequested = true;
          job.revision++;
          if (job.state == JobState.QUEUED) {
            job.end(JobState.CANCELLED, clock.instant());
          }
        });
    return found.map(StoredJob::view);
  }

  /** Forgets a job that ended; its handler has removed its data. */
  @Transactional
  public void remove(String id) {
    entities
        .createQuery("delete from StoredJob j where j.id = :id and j.state in :ended")
        .setParameter("id", id)
        .setParameter("ended", List.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED))
        .executeUpdate();
  }
}
