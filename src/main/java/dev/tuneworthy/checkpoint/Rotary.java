package dev.tuneworthy.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A rotary embedding (Su et al. 2021): pair i of a head turns by position · θ^(−2i/d) / divisor i.
 *
 * @param theta base of the frequencies
 * @param divisors what stretches a context beyond the trained one, one for each of the d/2 pairs;
 *     empty for none
 */
public record Rotary(double theta, List<Double> divisors) {
  public Rotary {
    if (!(theta > 0 && Double.isFinite(theta))) {
      throw new IllegalArgumentException("rotary base " + theta + " is not positive");
    }
    divisors = List.copyOf(divisors);
    for (double divisor : divisors) {
      if (!(divisor > 0 && Double.isFinite(divisor))) {
        throw new IllegalArgumentException("rotary divisor " + divisor + " is not positive");
      }
    }
  }

  static Rotary plain(double theta) {
    return new Rotary(theta, List.of());
  }

  /** Every frequency divided by one factor (Chen et al. 2023, position interpolation). */
  static Rotary linear(double theta, double factor, int headSize) {
    return new Rotary(theta, Collections.nCopies(headSize / 2, factor));
  }

  /**
   * Llama 3.1's scaling: wavelengths that fit {@code high} times into the trained context stay,
   * those that fit less than {@code low} times are divided by the factor, those between by a blend.
   *
   * @param trained context length before the scaling
   */
  static Rotary llama3(
      double theta, double factor, double low, double high, double trained, int headSize) {
    if (!(low > 0 && high > low && trained > 0)) {
      throw new IllegalArgumentException(
          "rotary scaling from " + low + " to " + high + " times " + trained + " tokens");
    }
    Rotary plain = plain(theta);
    List<Double> divisors = new ArrayList<>();
    for (int i = 0; i < headSize / 2; i++) {
      double turns = trained * plain.frequency(i, headSize) / (2 * Math.PI);
      double kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
      divisors.add(1 / ((1 - kept) / factor + kept));
    }
    return new Rotary(theta, divisors);
  }

  /** Radians that pair {@code i} of a head turns at each position. */
  public double frequency(int i, int headSize) {
    double plain = Math.pow(theta, -2.0 * i / headSize);
    return divisors.isEmpty() ? plain : plain / divisors.get(i);
  }

  void check(int headSize) {
    if (!divisors.isEmpty() && divisors.size() != headSize / 2) {
      throw new IllegalArgumentException(
          divisors.size() + " rotary divisors for " + headSize / 2 + " pairs of a head");
    }
  }
}
