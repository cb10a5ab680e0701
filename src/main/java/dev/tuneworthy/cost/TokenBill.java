package dev.tuneworthy.cost;

/**
 * What requests to a model sold by the token were made of, so that they can be priced anew.
 *
 * @param usage tokens of all requests
 * @param requests positive
 */
public record TokenBill(String model, TokenPrice price, TokenUsage usage, int requests) {
  /** The mean cost of a request. */
  public Money perRequest() {
    return price.of(usage).dividedBy(requests);
  }

  /** The same requests at another price. */
  TokenBill at(TokenPrice other) {
    return new TokenBill(model, other, usage, requests);
  }
}
