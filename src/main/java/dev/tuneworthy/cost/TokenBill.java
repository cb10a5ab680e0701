package dev.tuneworthy.cost;

import java.math.BigDecimal;

/**
 * What requests to a model sold by the token were made of, so that they can be priced anew.
 *
 * @param usage tokens of all requests; those counted as cached are what all requests start with
 * @param requests positive
 * @param batchShare share of the requests that may wait, from 0 to 1
 */
public record TokenBill(
    String model, TokenPrice price, TokenUsage usage, int requests, double batchShare) {
  /**
   * Seconds after its last use for which a provider keeps a prompt's start: five minutes with both
   * Anthropic and OpenAI, who may keep it longer.
   */
  public static final double CACHE_SECONDS = 300;

  private static final double SECONDS_A_MONTH = Hosting.HOURS_A_MONTH * 3600.0;

  public TokenBill {
    if (!(batchShare >= 0 && batchShare <= 1)) {
      throw new IllegalArgumentException(
          "the share of requests that may wait is 0 to 1, not " + batchShare);
    }
  }

  /** Of requests none of which may wait. */
  public TokenBill(String model, TokenPrice price, TokenUsage usage, int requests) {
    this(model, price, usage, requests, 0);
  }

  /**
   * The mean cost of a request, those that find their start in the cache, those that put it there
   * and those that may wait taken together.
   */
  public Money perRequest(long requestsPerMonth) {
    double hits = hitRate(requestsPerMonth);
    Money prompt = mix(price.of(usage), price.missing(usage), 1 - hits);
    boolean discounted = batchShare > 0 && price.discountsBatches();
    Money all = discounted ? mix(prompt, price.batched(usage), batchShare) : prompt;
    return all.dividedBy(requests);
  }

  /**
   * The share of requests whose start is still in the cache: requests come at random, and one finds
   * it there if the one before came less than {@value #CACHE_SECONDS} seconds earlier, 1 &minus;
   * exp(&minus;&lambda;t).
   */
  public double hitRate(long requestsPerMonth) {
    double direct = price.discountsBatches() ? 1 - batchShare : 1;
    return -Math.expm1(-requestsPerMonth * direct / SECONDS_A_MONTH * CACHE_SECONDS);
  }

  private static Money mix(Money first, Money second, double share) {
    return first.times(BigDecimal.valueOf(1 - share)).plus(second.times(BigDecimal.valueOf(share)));
  }

  /** The same requests at another price. */
  TokenBill at(TokenPrice other) {
    return new TokenBill(model, other, usage, requests, batchShare);
  }

  /** The same requests where another share of them may wait. */
  TokenBill waiting(double share) {
    return new TokenBill(model, price, usage, requests, share);
  }
}
