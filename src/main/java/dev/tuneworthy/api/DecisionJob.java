package dev.tuneworthy.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.decision.Decider;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionStore;
import dev.tuneworthy.decision.StoredDecision;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.job.JobContext;
import dev.tuneworthy.job.JobHandler;
import dev.tuneworthy.job.JobProgress;
import dev.tuneworthy.report.ReportWriter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the decisions of the queue, each in its folder; goes on in the folder after a restart. */
@ApplicationScoped
class DecisionJob implements JobHandler {
  static final String KIND = "decision";

  private final DecisionStore store;
  private final DecisionRequests requests;
  private final DecisionFolders folders;
  private final Instance<Decider> decider;
  private final ObjectMapper json;

  /**
   * @param decider looked up for each job: making one may load a model
   */
  DecisionJob(
      DecisionStore store,
      DecisionRequests requests,
      DecisionFolders folders,
      Instance<Decider> decider,
      ObjectMapper json) {
    this.store = store;
    this.requests = requests;
    this.folders = folders;
    this.decider = decider;
    this.json = json;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public void run(JobContext context) {
    String id = context.jobId();
    StoredDecision decision =
        store
            .find(id)
            .orElseThrow(
                () -> new ServiceException(ErrorCode.INTERNAL, "no request is kept for " + id));
    Path folder = folders.of(id);
    DecisionRecord record =
        decider
            .get()
            .decide(
                requests.resolve(body(decision)), folder, step -> context.report(progress(step)));
    ReportWriter.write(record, folder);
    store.settle(id, record.verdict(), text(record), trials(folder));
  }

  @Override
  public void purge(String id) {
    folders.delete(id);
    store.delete(id);
  }

  private static List<Trial> trials(Path folder) {
    Path outcomes = folder.resolve("outcomes.jsonl");
    return Files.exists(outcomes) ? JsonlOutcomes.read(outcomes) : List.of();
  }

  private static JobProgress progress(Progress.Step step) {
    return new JobProgress(step.rung(), step.what(), step.done(), step.total(), step.tokens());
  }

  private DecisionBody body(StoredDecision decision) {
    try {
      return json.readValue(decision.request(), DecisionBody.class);
    } catch (JsonProcessingException e) {
      throw new ServiceException(
          ErrorCode.INTERNAL, "the request of " + decision.id() + " cannot be read again", e);
    }
  }

  private String text(DecisionRecord record) {
    try {
      return json.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record has a form in JSON", e);
    }
  }
}
