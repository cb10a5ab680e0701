package dev.tuneworthy.policy;

import dev.tuneworthy.cost.TokenPrice;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * What models sold by the token cost.
 *
 * @param prices by model name
 * @param endOfLife the day from which a model is no longer sold, by model name, where the list says
 * @param asOf the day for which the prices were taken; empty where nobody says, as in LiteLLM's
 *     file
 */
public record PriceList(
    Map<String, TokenPrice> prices, Map<String, LocalDate> endOfLife, Optional<LocalDate> asOf) {
  /** No price is known. */
  public static final PriceList NONE = of(Map.of());

  public PriceList {
    prices = Map.copyOf(prices);
    endOfLife = Map.copyOf(endOfLife);
  }

  /** Prices of no known date. */
  public static PriceList of(Map<String, TokenPrice> prices) {
    return new PriceList(prices, Map.of(), Optional.empty());
  }

  /** The same prices of a day that somebody states. */
  PriceList asOf(LocalDate day) {
    return new PriceList(prices, endOfLife, Optional.of(day));
  }
}
