package dev.tuneworthy.evaluation;

import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Turn;
import java.util.List;

/** A zero-shot candidate on a fake model. */
record FakeCandidate(String fingerprint, FakeAnswerer answerer) implements Candidate {
  @Override
  public String id() {
    return "zero-shot";
  }

  @Override
  public Approach approach() {
    return Approach.ZERO_SHOT;
  }

  @Override
  public ModelRef model() {
    return answerer.model();
  }

  @Override
  public Question question(Example example, AnswerMode mode) {
    return Question.chat(example.id(), List.of(Turn.user(example.input())), List.of());
  }

  @Override
  public Answerer open() {
    return answerer;
  }
}
