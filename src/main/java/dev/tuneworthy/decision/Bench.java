package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.retention.DataDistance;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An opened local model as the ladder uses it: asked as it is, tuned, and asked with what came of
 * that. Owned by the ladder, which closes it; calls are made one at a time.
 */
public interface Bench extends AutoCloseable {
  ModelRef ref();

  /** Most tokens of prompt and answer together. */
  int contextLength();

  /** Tokens of a text without the marks of a chat template. */
  int countTokens(String text);

  /** Tokens of a conversation up to where the answer starts. */
  int promptTokens(List<Turn> messages);

  /** The same as a request is billed: what every request of its prompt starts with is cached. */
  TokenUsage promptUsage(List<Turn> messages);

  /** The model as it is; closing the answerer leaves the model open. */
  Answerer base();

  /** The model with an adapter as trained; closing the answerer leaves the model open. */
  Answerer tuned(PeftAdapter adapter);

  /** The model with an adapter, asked by the task's zero-shot prompt. */
  Candidate candidate(String id, PeftAdapter adapter, Task task);

  /**
   * Trains on the train split, or goes on with a training that was interrupted.
   *
   * @param folder of this training; one that is finished is returned at once
   */
  TrainingResult train(Task task, TuningPlan plan, Path folder, DevCheck dev, Progress progress);

  /**
   * How far the training data lie from what the model knows; empty without neutral prose or without
   * training data.
   */
  Optional<DataDistance.Report> distance(Task task);

  /** Whether trainings can use general prompts: for replay, KL on them, and consolidation. */
  boolean knowsGeneralPrompts();

  /**
   * Mean KL(base ‖ tuned) in nats a token at the base model's own answers to general prompts: how
   * far an adapter moved the model where it was not meant to. Empty without general prompts.
   */
  OptionalDouble divergence(PeftAdapter adapter, Progress progress);

  /** Neutral text to see whether ordinary language is kept; empty if there is none. */
  Optional<String> prose();

  /** Blocks of the model; a training may leave the lower ones as they are. */
  int layers();

  /** Measures how fast this machine works with the model, in half a minute or so. */
  MachineSpeed speed(Progress progress);

  /** What else determines results and belongs into a record: threads, precision, versions. */
  Map<String, Object> facts();

  @Override
  void close();

  /** Opens local models. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens a model, fetching it first if need be.
     *
     * @param model name in the model catalogue, or the path of a GGUF file or Hugging Face folder
     * @param progress told about a download
     */
    Bench open(String model, Progress progress);
  }
}
