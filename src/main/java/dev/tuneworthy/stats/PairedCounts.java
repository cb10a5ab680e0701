package dev.tuneworthy.stats;

/**
 * Two candidates on the same items, right or wrong. For retention the first is the base model and
 * the second the tuned one, so that {@code onlyFirst} are the items lost, {@code onlySecond} those
 * gained, and {@link #difference()} is the drop.
 *
 * @param n items that both were judged on
 * @param onlyFirst items that the first alone had right
 * @param onlySecond items that the second alone had right
 */
public record PairedCounts(int n, int onlyFirst, int onlySecond) {
  public PairedCounts {
    if (n < 0 || onlyFirst < 0 || onlySecond < 0 || (long) onlyFirst + onlySecond > n) {
      throw new IllegalArgumentException(
          "of " + n + " items " + onlyFirst + " and " + onlySecond + " cannot differ");
    }
  }

  /** Rate of the first minus rate of the second; 0 without items. */
  public double difference() {
    return n == 0 ? 0 : (double) (onlyFirst - onlySecond) / n;
  }

  /** Items on which the two differ. */
  public int discordant() {
    return onlyFirst + onlySecond;
  }

  /** The share of items on which the two differ (&psi;); 0 without items. */
  public double discordance() {
    return n == 0 ? 0 : (double) discordant() / n;
  }

  /** The same counts seen from the other side. */
  public PairedCounts swapped() {
    return new PairedCounts(n, onlySecond, onlyFirst);
  }

  public PairedCounts plus(PairedCounts other) {
    return new PairedCounts(
        n + other.n, onlyFirst + other.onlyFirst, onlySecond + other.onlySecond);
  }
}
