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

  /** One of the prices, under its name in LiteLLM's catalogue. */
  public enum Part {
    INPUT("input_cost_per_token"),
    CACHED("cache_read_input_token_cost"),
    OUTPUT("output_cost_per_token");

    private final String field;

    Part(String field) {
      this.field = field;
    }

    public String field() {
      return field;
    }
  }

  /** One price; empty where cached tokens have none of their own. */
  public Optional<BigDecimal> of(Part part) {
    return switch (part) {
      case INPUT -> Optional.of(input);
      case CACHED -> cachedInput;
      case OUTPUT -> Optional.of(output);
    };
  }

  /** The same with one price replaced. */
  public TokenPrice with(Part part, BigDecimal price) {
    return new TokenPrice(
        part == Part.INPUT ? price : input,
        part == Part.OUTPUT ? price : output,
        part == Part.CACHED ? Optional.of(price) : cachedInput);
  }

  /** The cost of all these tokens. */
  public Money of(TokenUsage usage) {
    return new Money(input)
        .times(usage.fresh())
        .plus(new Money(cachedInput.orElse(input)).times(usage.cached()))
        .plus(new Money(output).times(usage.output()));
  }
}
