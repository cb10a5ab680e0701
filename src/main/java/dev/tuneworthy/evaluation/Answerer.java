package dev.tuneworthy.evaluation;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * A model, local or remote, base or tuned, that answers questions. A question that cannot be
 * answered yields {@link Answer.Missing} in its place; an exception ends the trial. Owned by
 * whoever opened it; not safe for use by several threads.
 */
public interface Answerer extends AutoCloseable {
  ModelRef model();

  /** Whether {@link #choose} works: a remote chat model gives no likelihoods. */
  boolean givesLikelihoods();

  /**
   * The likelihoods of each question's choices.
   *
   * @param done is told how many questions are finished
   * @return one answer for each question, in order
   */
  List<Answer> choose(List<Question> questions, IntConsumer done);

  /** Free answers, in order. */
  List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done);

  @Override
  void close();
}
