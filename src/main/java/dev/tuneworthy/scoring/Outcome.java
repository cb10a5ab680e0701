package dev.tuneworthy.scoring;

/**
 * What became of one question: a value, no judgement, or no answer. A failure is not a wrong
 * answer.
 */
public sealed interface Outcome {
  /** The scorer's value, from 0 (wrong) to 1 (right). */
  record Scored(double value) implements Outcome {
    public Scored {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("a score lies between 0 and 1, not " + value);
      }
    }
  }

  /** The scorer cannot judge the answer. */
  record Unscored(String reason) implements Outcome {}

  /** There was no answer. */
  record Failed(String reason) implements Outcome {}
}
