package dev.tuneworthy.stats;

import org.apache.commons.numbers.gamma.LogBeta;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * Evidence for a drop that may be looked at after every item (Waudby-Smith and Ramdas 2024; Ville
 * 1939): with b items lost and c gained, E = 2^(b+c+1) B(b+1, c+1) (1 - I_&frac12;(b+1, c+1)), a
 * bet spread evenly over every share of losses above one half. If nothing was lost on balance, E
 * reaches 1/&alpha; at any time with a chance of at most &alpha;. Assumes items in random order; it
 * tests any drop, not one beyond a margin.
 */
public final class DropEProcess {
  private DropEProcess() {}

  /**
   * Natural logarithm of E; 0 before the first item that differs. Logarithms, because the plain
   * formula overflows near 1,000 items. Negative infinity where E is too small for a double.
   *
   * @param counts base model first, tuned model second
   */
  public static double logEvidence(PairedCounts counts) {
    double lost = counts.onlyFirst() + 1.0;
    double gained = counts.onlySecond() + 1.0;
    return (counts.discordant() + 1) * Math.log(2)
        + LogBeta.value(lost, gained)
        + Math.log(RegularizedBeta.complement(0.5, lost, gained));
  }

  /**
   * Whether the evidence suffices to stop.
   *
   * @param monitored how many processes (checkpoints) are watched, at least 1
   */
  public static boolean shown(PairedCounts counts, double alpha, int monitored) {
    return logEvidence(counts) >= Math.log(monitored / alpha);
  }
}
