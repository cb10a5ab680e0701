package dev.tuneworthy.cost;

import java.util.Optional;

/** How the requests of a candidate are paid for. */
public sealed interface Serving {
  /** The cost of a month with this many requests. */
  Cost perMonth(long requestsPerMonth);

  /**
   * Sold by the token.
   *
   * @param flat cost of a request where it is not known what requests are made of
   * @param bill what they are made of; empty where that is not known
   */
  record ByToken(Money flat, Optional<TokenBill> bill) implements Serving {
    public ByToken(Money perRequest) {
      this(perRequest, Optional.empty());
    }

    ByToken(TokenBill bill) {
      this(Money.ZERO, Optional.of(bill));
    }

    /** The mean cost of a request; less where so many come that prompts stay cached. */
    public Money perRequest(long requestsPerMonth) {
      return bill.map(tokens -> tokens.perRequest(requestsPerMonth)).orElse(flat);
    }

    @Override
    public Cost perMonth(long requestsPerMonth) {
      return Cost.of(perRequest(requestsPerMonth).times(requestsPerMonth));
    }
  }

  /** Own hardware: the hours cost, busy or not. */
  record ByHour(Hosting hosting, double requestsPerSecond) implements Serving {
    @Override
    public Cost perMonth(long requestsPerMonth) {
      return Cost.of(hosting.monthly(requestsPerMonth, requestsPerSecond));
    }
  }

  /**
   * A price or a throughput is missing.
   *
   * @param reason what is missing, in words for a person
   */
  record Unpriced(String reason) implements Serving {
    @Override
    public Cost perMonth(long requestsPerMonth) {
      return Cost.unknown(reason);
    }
  }

  /**
   * A model sold by the token.
   *
   * @param price empty where the catalogue does not know the model
   * @param usage tokens of {@code requests} requests as production would send them
   * @param batchShare share of production's requests that may wait
   */
  static Serving byToken(
      String model, Optional<TokenPrice> price, TokenUsage usage, int requests, double batchShare) {
    if (price.isEmpty()) {
      return new Unpriced("the price list has no price for " + model);
    }
    if (requests < 1) {
      return new Unpriced("no request to " + model + " was answered, so its tokens are unknown");
    }
    return new ByToken(new TokenBill(model, price.get(), usage, requests, batchShare));
  }

  /** The same where no request may wait. */
  static Serving byToken(String model, Optional<TokenPrice> price, TokenUsage usage, int requests) {
    return byToken(model, price, usage, requests, 0);
  }

  /**
   * A model on own hardware. A throughput that the policy states counts; else the measured one, but
   * only for the hardware it was measured on.
   *
   * @param hosting empty where the policy has no price for the model
   * @param measured empty where nothing was measured
   */
  static Serving byHour(String model, Optional<Hosting> hosting, Optional<Throughput> measured) {
    if (hosting.isEmpty()) {
      return new Unpriced("the policy has no price for own hardware of " + model);
    }
    Hosting own = hosting.get();
    if (own.requestsPerSecond().isPresent()) {
      return new ByHour(own, own.requestsPerSecond().get());
    }
    if (measured.isEmpty()) {
      return new Unpriced("the throughput of " + model + " was not measured");
    }
    if (!measured.get().countsFor(own.hardware())) {
      return new Unpriced(
          "the throughput of %s was measured on %s, but the price is for %s"
              .formatted(model, measured.get().hardware(), own.hardware()));
    }
    return new ByHour(own, measured.get().requestsPerSecond());
  }
}
