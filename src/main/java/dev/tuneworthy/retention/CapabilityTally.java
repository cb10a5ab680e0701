package dev.tuneworthy.retention;

import dev.tuneworthy.stats.Wilson;

/**
 * One capability in one mode, counted.
 *
 * @param chance share right of somebody who guesses
 * @param test the test items
 * @param drawn the items of the reserve that were asked; none without an alarm
 * @param reserve items that the reserve has, asked or not
 * @param effect of template families on the drop over all items that were asked
 */
public record CapabilityTally(
    String name, double chance, Tally test, Tally drawn, int reserve, double effect) {

  /** Test items and whatever was drawn from the reserve. */
  public Tally all() {
    return test.plus(drawn);
  }

  /**
   * Whether the base model can do this at all: the one-sided 95 % lower bound of its share right
   * (Wilson) exceeds chance. Where it does not, nothing can be lost.
   */
  public boolean aboveChance() {
    return Wilson.lower(test.right(), test.n(), RetentionRule.CONFIDENCE) > chance;
  }
}
