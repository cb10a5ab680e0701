package dev.tuneworthy.api;

import dev.tuneworthy.job.JobProgress;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Where the work stands.
 *
 * @param rung of the ladder
 * @param what the candidate or phase
 * @param done items or steps finished
 * @param total items or steps in all, 0 while unknown
 * @param tokens spent so far on this piece of work
 */
@Schema(name = "Progress")
public record ProgressView(String rung, String what, int done, int total, long tokens) {
  static Optional<ProgressView> of(JobProgress progress) {
    if (progress.phase().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ProgressView(
            progress.phase(),
            progress.what(),
            progress.done(),
            progress.total(),
            progress.tokens()));
  }
}
