package dev.tuneworthy.stats;

/**
 * How many items a paired comparison needs, and what a given number can show (Connor 1987, "Sample
 * size for testing differences in proportions for the paired-sample design", Biometrics 43): n =
 * [z_a &radic;&psi; + z_b &radic;(&psi; - &delta;&sup2;)]&sup2; / &delta;&sup2;, &psi; the share of
 * items on which the two differ, &delta; the true difference. A normal approximation; assumes
 * independent items.
 */
public final class Power {
  private Power() {}

  /**
   * Items needed to show a difference.
   *
   * @param difference in (0, {@code discordance}]; its sign does not matter to a plan
   * @param discordance in (0, 1]
   * @param alpha one-sided level; half of it for a two-sided test
   * @param power chance of showing the difference, in (0.5, 1)
   */
  public static long sampleSize(double difference, double discordance, double alpha, double power) {
    if (!(difference > 0 && difference <= discordance && discordance <= 1)) {
      throw new IllegalArgumentException(
          "a difference of " + difference + " cannot arise where " + discordance + " differ");
    }
    double size = size(difference, discordance, Normal.quantile(1 - alpha), beta(power));
    return (long) Math.ceil(size - 1e-9);
  }

  /**
   * The smallest true difference that {@code n} items show with the given power. Where even {@code
   * discordance} itself would be too small a difference, more items have to differ for it to show:
   * all of them in one direction, which is the least favourable reading.
   *
   * @param discordance expected share of items that differ, in [0, 1]
   * @return in (0, 1]; 1 where so few items show nothing
   */
  public static double detectable(int n, double discordance, double alpha, double power) {
    if (n < 0 || !(discordance >= 0 && discordance <= 1)) {
      throw new IllegalArgumentException(n + " items of which " + discordance + " differ");
    }
    double za = Normal.quantile(1 - alpha);
    double zb = beta(power);
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (size(middle, Math.max(discordance, middle), za, zb) > n) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private static double size(double difference, double discordance, double za, double zb) {
    double rest = Math.max(0, discordance - difference * difference);
    double root = (za * Math.sqrt(discordance) + zb * Math.sqrt(rest)) / difference;
    return root * root;
  }

  private static double beta(double power) {
    if (!(power > 0.5 && power < 1)) {
      throw new IllegalArgumentException("power lies in (0.5, 1), not " + power);
    }
    return Normal.quantile(power);
  }
}
