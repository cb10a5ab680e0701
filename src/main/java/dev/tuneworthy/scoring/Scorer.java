package dev.tuneworthy.scoring;

import dev.tuneworthy.task.Example;

/** Judges one answer to one example. Implementations are stateless. */
@FunctionalInterface
public interface Scorer {
  Outcome score(Example example, String answer);
}
