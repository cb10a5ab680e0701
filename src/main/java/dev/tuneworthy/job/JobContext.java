package dev.tuneworthy.job;

/** What a handler sees of the job that it runs. */
public interface JobContext {
  String jobId();

  /**
   * Notes progress for watchers; cheap, so call it as often as there is something to say.
   *
   * @throws dev.tuneworthy.error.ServiceException with {@code CANCELLED} once the job was
   *     cancelled, the process is stopping or another process took the job over
   */
  void report(JobProgress progress);
}
