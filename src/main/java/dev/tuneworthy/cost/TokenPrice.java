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
 * @param cacheWrite an input token that is put into the provider's cache; empty: the same as a
 *     fresh one
 * @param batchInput an input token of a request that may wait; empty: no discount
 * @param batchOutput a token generated for such a request; empty: no discount
 */
public record TokenPrice(
    BigDecimal input,
    BigDecimal output,
    Optional<BigDecimal> cachedInput,
    Optional<BigDecimal> cacheWrite,
    Optional<BigDecimal> batchInput,
    Optional<BigDecimal> batchOutput) {
  public TokenPrice {
    boolean negative =
        input.signum() < 0
            || output.signum() < 0
            || cachedInput.orElse(input).signum() < 0
            || cacheWrite.orElse(input).signum() < 0
            || batchInput.orElse(input).signum() < 0
            || batchOutput.orElse(output).signum() < 0;
    if (negative) {
      throw new IllegalArgumentException(
          "a price cannot be negative: "
              + String.join(
                  ", ",
                  input.toString(),
                  output.toString(),
                  cachedInput.toString(),
                  cacheWrite.toString(),
                  batchInput.toString(),
                  batchOutput.toString()));
    }
  }

  /** Prices without a price of cache writes and without discounts for requests that may wait. */
  public TokenPrice(BigDecimal input, BigDecimal output, Optional<BigDecimal> cachedInput) {
    this(input, output, cachedInput, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** One of the prices, under its name in LiteLLM's catalogue. */
  public enum Part {
    INPUT("input_cost_per_token"),
    CACHED("cache_read_input_token_cost"),
    CACHE_WRITE("cache_creation_input_token_cost"),
    OUTPUT("output_cost_per_token"),
    BATCH_INPUT("input_cost_per_token_batches"),
    BATCH_OUTPUT("output_cost_per_token_batches");

    private final String field;

    Part(String field) {
      this.field = field;
    }

    public String field() {
      return field;
    }
  }

  /** One price; empty where such tokens have none of their own. */
  public Optional<BigDecimal> of(Part part) {
    return switch (part) {
      case INPUT -> Optional.of(input);
      case CACHED -> cachedInput;
      case CACHE_WRITE -> cacheWrite;
      case OUTPUT -> Optional.of(output);
      case BATCH_INPUT -> batchInput;
      case BATCH_OUTPUT -> batchOutput;
    };
  }

  /** The same with one price replaced. */
  public TokenPrice with(Part part, BigDecimal price) {
    Optional<BigDecimal> other = Optional.of(price);
    return new TokenPrice(
        part == Part.INPUT ? price : input,
        part == Part.OUTPUT ? price : output,
        part == Part.CACHED ? other : cachedInput,
        part == Part.CACHE_WRITE ? other : cacheWrite,
        part == Part.BATCH_INPUT ? other : batchInput,
        part == Part.BATCH_OUTPUT ? other : batchOutput);
  }

  /** The cost of all these tokens, where what may be cached is in the cache. */
  public Money of(TokenUsage usage) {
    return new Money(input)
        .times(usage.fresh())
        .plus(new Money(cachedInput.orElse(input)).times(usage.cached()))
        .plus(new Money(output).times(usage.output()));
  }

  /** The cost of the same tokens where what may be cached is not in the cache: it is put there. */
  public Money missing(TokenUsage usage) {
    return new Money(input)
        .times(usage.fresh())
        .plus(new Money(cacheWrite.orElse(input)).times(usage.cached()))
        .plus(new Money(output).times(usage.output()));
  }

  /** The cost of the same tokens of requests that may wait; nothing of them is cached. */
  public Money batched(TokenUsage usage) {
    return new Money(batchInput.orElse(input))
        .times(usage.fresh() + usage.cached())
        .plus(new Money(batchOutput.orElse(output)).times(usage.output()));
  }

  /** Whether requests that may wait are cheaper in some way. */
  public boolean discountsBatches() {
    return batchInput.isPresent() || batchOutput.isPresent();
  }
}
