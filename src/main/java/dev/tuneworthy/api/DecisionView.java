package dev.tuneworthy.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.job.Job;
import dev.tuneworthy.job.JobState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A decision as a client sees it.
 *
 * @param status QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED
 * @param progress where the work stands, while there is any
 * @param failure why the last run ended in an error
 * @param record the decision record once the status is SUCCEEDED; null, and so left out, before
 *     that and in lists
 * @param links addresses that belong to the decision
 */
@Schema(name = "Decision")
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DecisionView(
    String id,
    JobState status,
    String task,
    String policy,
    Optional<Verdict> verdict,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<ProgressView> progress,
    Optional<Job.Failure> failure,
    @JsonRawValue @Schema(implementation = DecisionRecord.class) @Nullable String record,
    Map<String, String> links) {

  static Map<String, String> links(String id) {
    String self = "/v1/decisions/" + id;
    return new TreeMap<>(
        Map.of(
            "self", self,
            "events", self + "/events",
            "report", self + "/report",
            "artifacts", self + "/artifacts/{name}"));
  }
}
