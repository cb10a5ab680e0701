package dev.tuneworthy.retention;

import dev.tuneworthy.stats.PairedCounts;
import java.util.List;

/**
 * Items counted.
 *
 * @param n items that both models answered
 * @param right items that the base model had right
 * @param lost right before, wrong after
 * @param gained wrong before, right after
 */
public record Tally(int n, int right, int lost, int gained) {
  public static final Tally NONE = new Tally(0, 0, 0, 0);

  public Tally {
    if (lost < 0 || gained < 0 || lost > right || right > n || gained > n - right) {
      throw new IllegalArgumentException(
          "of " + n + " items " + right + " right, " + lost + " lost, " + gained + " gained");
    }
  }

  static Tally of(List<PairedItem> items) {
    Tally tally = NONE;
    for (PairedItem item : items) {
      if (item.counts()) {
        int right = item.before().right().orElseThrow() ? 1 : 0;
        tally = tally.plus(new Tally(1, right, item.lost() ? 1 : 0, item.gained() ? 1 : 0));
      }
    }
    return tally;
  }

  public Tally plus(Tally other) {
    return new Tally(n + other.n, right + other.right, lost + other.lost, gained + other.gained);
  }

  /** The base model first, so that the difference is the drop. */
  public PairedCounts counts() {
    return new PairedCounts(n, lost, gained);
  }

  /** Items lost less items gained. */
  int net() {
    return lost - gained;
  }

  /** Share right before minus share right after; 0 without items. */
  public double drop() {
    return counts().difference();
  }

  public double before() {
    return n == 0 ? 0 : (double) right / n;
  }

  public double after() {
    return n == 0 ? 0 : (double) (right - lost + gained) / n;
  }
}
