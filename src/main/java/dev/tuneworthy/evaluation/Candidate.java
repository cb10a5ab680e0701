package dev.tuneworthy.evaluation;

import dev.tuneworthy.task.Example;
import java.util.List;

/**
 * One way to do the task on a named model. Prompting and tuning both implement this, so that the
 * comparison is fair by construction.
 */
public interface Candidate {
  /** As {@code few-shot(k=8)}; unique within a decision. */
  String id();

  Approach approach();

  ModelRef model();

  /**
   * Hash of everything besides the item that determines an answer: model, adapter, prompt and its
   * rendering. Part of the key of the result cache.
   */
  String fingerprint();

  /** The question that this candidate puts for an example. */
  Question question(Example example, AnswerMode mode);

  /**
   * Questions whose answers tell which choices this candidate favours whatever it is asked; what
   * they tell is taken off before the best choice is taken. None unless it is calibrated.
   */
  default List<Question> calibrationQuestions() {
    return List.of();
  }

  /** Opens the model; the caller closes it. */
  Answerer open();
}
