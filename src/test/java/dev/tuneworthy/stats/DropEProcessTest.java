package dev.tuneworthy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DropEProcessTest {
  @Test
  void startsWithoutEvidence() {
    assertThat(DropEProcess.logEvidence(new PairedCounts(50, 0, 0))).isCloseTo(0, within(1e-12));
  }

  /**
   * The mixture of Robbins 1970 by hand: the mean over chances x from one half to 1 of x^b (1-x)^c
   * over (1/2)^(b+c). One item lost: 2 times the mean of x, which is 3/4. Two lost and one gained:
   * 8 times the mean of x^2 (1-x), which is 2 (7/24 - 15/64).
   */
  @Test
  void isTheMeanOverAllChancesOfALoss() {
    assertThat(Math.exp(DropEProcess.logEvidence(new PairedCounts(50, 1, 0))))
        .isCloseTo(1.5, within(1e-12));
    assertThat(Math.exp(DropEProcess.logEvidence(new PairedCounts(50, 2, 1))))
        .isCloseTo(8 * 2 * (7 / 24.0 - 15 / 64.0), within(1e-12));
  }

  @Test
  void isAFairBetWhereNothingIsLostOnBalance() {
    // A martingale: the next differing item, lost or gained with chance one half, keeps the mean.
    PairedCounts now = new PairedCounts(100, 9, 6);
    double lost = Math.exp(DropEProcess.logEvidence(new PairedCounts(100, 10, 6)));
    double gained = Math.exp(DropEProcess.logEvidence(new PairedCounts(100, 9, 7)));

    assertThat((lost + gained) / 2)
        .isCloseTo(Math.exp(DropEProcess.logEvidence(now)), within(1e-9));
  }

  /** Exact enumeration of the walk: methods of this kind raise a false alarm in .029 to .038. */
  @Test
  void raisesAFalseAlarmNoMoreOftenThanItsLevel() {
    int most = 1000;
    double[] chance = new double[most + 1];
    chance[0] = 1;
    double alarms = 0;
    for (int pairs = 1; pairs <= most; pairs++) {
      for (int lost = pairs; lost >= 0; lost--) {
        chance[lost] = (chance[lost] + (lost > 0 ? chance[lost - 1] : 0)) / 2;
        PairedCounts counts = new PairedCounts(pairs, lost, pairs - lost);
        if (chance[lost] > 0 && DropEProcess.shown(counts, 0.05, 1)) {
          alarms += chance[lost];
          chance[lost] = 0;
        }
      }
    }
    assertThat(alarms).isBetween(0.029, 0.038);
  }

  @Test
  void survivesThousandsOfItemsEitherWay() {
    assertThat(DropEProcess.logEvidence(new PairedCounts(20000, 6000, 4000))).isGreaterThan(100);
    assertThat(DropEProcess.logEvidence(new PairedCounts(20000, 4000, 6000))).isLessThan(-5);
    assertThat(DropEProcess.shown(new PairedCounts(20000, 0, 20000), 0.05, 1)).isFalse();
  }

  @Test
  void demandsMoreWhereSeveralCheckpointsAreWatched() {
    PairedCounts counts = new PairedCounts(100, 14, 3);

    assertThat(DropEProcess.shown(counts, 0.05, 1)).isTrue();
    assertThat(DropEProcess.shown(counts, 0.05, 10)).isFalse();
  }
}
