package dev.tuneworthy.evaluation;

/**
 * How free text is generated.
 *
 * @param maxTokens most tokens of an answer
 * @param temperature 0 is greedy
 * @param seed of the sampler; without effect when greedy
 */
public record Decoding(int maxTokens, double temperature, long seed) {
  public Decoding {
    if (maxTokens < 1 || maxTokens > 4096 || !(temperature >= 0 && temperature <= 5)) {
      throw new IllegalArgumentException(
          "max tokens 1 to 4096 and temperature 0 to 5, not " + maxTokens + ", " + temperature);
    }
  }

  public static Decoding greedy(int maxTokens) {
    return new Decoding(maxTokens, 0, 0);
  }
}
