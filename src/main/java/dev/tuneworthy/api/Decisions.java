package dev.tuneworthy.api;

import dev.tuneworthy.decision.DecisionStore;
import dev.tuneworthy.decision.DecisionSummary;
import dev.tuneworthy.decision.StoredDecision;
import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.job.Job;
import dev.tuneworthy.job.JobQueue;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decisions joined with their jobs; one whose purge was asked for no longer exists for clients. */
@ApplicationScoped
class Decisions {
  private final DecisionStore store;
  private final JobQueue queue;

  Decisions(DecisionStore store, JobQueue queue) {
    this.store = store;
    this.queue = queue;
  }

  /** The job of a decision, empty if there is none or it is to be purged. */
  Optional<Job> job(String id) {
    return queue.find(id).filter(job -> !job.purgeRequested());
  }

  /**
   * @throws ServiceException with {@code DECISION_NOT_FOUND}
   */
  Job jobOrFail(String id) {
    return job(id).orElseThrow(() -> unknown(id));
  }

  /**
   * @throws ServiceException with {@code DECISION_NOT_FOUND}
   */
  StoredDecision decision(String id) {
    jobOrFail(id);
    return store.find(id).orElseThrow(() -> unknown(id));
  }

  DecisionView view(String id) {
    Job job = jobOrFail(id);
    StoredDecision decision = store.find(id).orElseThrow(() -> unknown(id));
    return view(
        job,
        decision.taskName(),
        decision.policyName(),
        decision.verdict(),
        decision.createdAt(),
        decision.record());
  }

  DecisionPage page(int page, int size) {
    List<DecisionSummary> summaries = store.page(page, size);
    Map<String, Job> jobs = queue.findAll(summaries.stream().map(DecisionSummary::id).toList());
    List<DecisionView> items =
        summaries.stream()
            .filter(one -> jobs.containsKey(one.id()) && !jobs.get(one.id()).purgeRequested())
            .map(
                one ->
                    view(
                        jobs.get(one.id()),
                        one.taskName(),
                        one.policyName(),
                        Optional.ofNullable(one.verdict()),
                        one.createdAt(),
                        Optional.empty()))
            .toList();
    return new DecisionPage(items, page, size, store.count());
  }

  private static DecisionView view(
      Job job,
      String task,
      String policy,
      Optional<Verdict> verdict,
      Instant createdAt,
      Optional<String> record) {
    return new DecisionView(
        job.id(),
        job.state(),
        task,
        policy,
        verdict,
        createdAt,
        job.startedAt(),
        job.finishedAt(),
        ProgressView.of(job.progress()),
        job.failure(),
        record.orElse(null),
        DecisionView.links(job.id()));
  }

  private static ServiceException unknown(String id) {
    return ServiceException.of(
        ErrorCode.DECISION_NOT_FOUND,
        "decision",
        "the id of one that is here",
        "'" + id + "'",
        "GET /v1/decisions lists them");
  }
}
