package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.PeftAdapter;

/**
 * Looks at a checkpoint of a training that is under way: does the model still do what it could?
 * Asks little, for it is asked often.
 */
@FunctionalInterface
public interface RetentionProbe {
  /**
   * Asks the model with an adapter a sample of what the base model could do.
   *
   * @param checkpoints how many checkpoints the whole training has, since each is another chance of
   *     a false alarm
   */
  Reading read(PeftAdapter adapter, int checkpoints);

  /**
   * What was found.
   *
   * @param asked items that both models answered
   * @param lost right before, wrong after
   * @param gained wrong before, right after
   * @param logEvidence natural logarithm of the evidence for a drop, 0 for none
   * @param holds whether the checkpoint may be kept where only those that hold retention are
   * @param destroyed whether it is shown that the training destroys the model, so that it stops
   */
  record Reading(
      int asked, int lost, int gained, double logEvidence, boolean holds, boolean destroyed) {
    public Reading {
      if (lost < 0 || gained < 0 || lost + gained > asked) {
        throw new IllegalArgumentException(
            lost + " lost and " + gained + " gained of " + asked + " items");
      }
    }
  }
}
