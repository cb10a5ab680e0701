package dev.tuneworthy.cli;

import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;

/** An opened local model, as far as commands need it. The caller closes it. */
public interface LocalModel extends AutoCloseable {
  ModelRef ref();

  /** Tokens of a text, without marks of a chat template. */
  int countTokens(String text);

  /** Most tokens that the model reads and writes in one go. */
  int contextLength();

  /** The model as it is; closing the answerer leaves the model open. */
  Answerer base();

  /** The model with an adapter; closing the answerer leaves the model open. */
  Answerer tuned(Path adapter);

  /** The model with an adapter as a candidate for a task, on the zero-shot prompt. */
  Candidate candidate(Task task, Path adapter);

  @Override
  void close();
}
