package dev.tuneworthy.cost;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a model sold by the token costs, in USD a token.
 *
 * @param input a fresh input token
 * @param output a generated token
 * @param cachedInput an input token served from the provider's cache; empty: the same as a fresh
 *     one
 */
public record TokenPrice(BigDecimal input, BigDecimal output, Optional<BigDecimal> cachedInput) {
  public TokenPrice {
    if (input.signum() < 0 || output.signum() < 0 || cachedInput.orElse(input).signum() < 0) {
      throw new IllegalArgumentException(
          "a price cannot be negative: " + input + ", " + output + ", " + cachedInput);
    }
  }

  /** The cost of all these tokens. */
  public Money of(TokenUsage usage) {
    return new Money(input)
        .times(usage.fresh())
        .plus(new Money(cachedInput.orElse(input)).times(usage.cached()))
        .plus(new Money(output).times(usage.output()));
  }
}
