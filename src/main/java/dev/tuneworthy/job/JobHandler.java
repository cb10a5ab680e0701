package dev.tuneworthy.job;

/** Does the work of one kind of job. */
public interface JobHandler {
  /** The kind that {@link JobQueue#submit} names. */
  String kind();

  /**
   * Does the work, or goes on with it after an interruption: a job may be run several times, and
   * what an earlier run finished must not be done again.
   *
   * @throws dev.tuneworthy.error.ServiceException ends the job; a retryable one puts it back in the
   *     queue until its attempts are used up
   */
  void run(JobContext context);

  /** Removes everything that belongs to a job that ended; called again if it was interrupted. */
  void purge(String jobId);
}
