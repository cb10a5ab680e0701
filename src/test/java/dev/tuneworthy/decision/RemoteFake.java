package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import java.util.List;
import java.util.function.IntConsumer;

/** A model behind somebody's API: free answers only. */
record RemoteFake(Answerer behind) implements Answerer {
  @Override
  public ModelRef model() {
    return new ModelRef("m", "cd".repeat(32), "remote");
  }

  @Override
  public boolean givesLikelihoods() {
    return false;
  }

  @Override
  public List<Answer> choose(List<Question> questions, IntConsumer done) {
    throw new UnsupportedOperationException("a remote model gives no likelihoods");
  }

  @Override
  public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
    return behind.generate(questions, decoding, done);
  }

  @Override
  public void close() {
    behind.close();
  }
}
