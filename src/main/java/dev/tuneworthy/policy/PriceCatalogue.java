package dev.tuneworthy.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.cost.TokenPrice.Part;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads prices from a file with the field names of LiteLLM's {@code
 * model_prices_and_context_window.json}, so that its file loads as it is. Entries that start with
 * an underscore, LiteLLM's {@code sample_spec}, and models that are not sold by input and output
 * token are left out: an unknown price is absent, never zero. {@code _tuneworthy.asOf} dates the
 * list, {@code deprecation_date} ends a model.
 */
final class PriceCatalogue {
  private static final String END = "deprecation_date";
  private static final String ABOUT = "_tuneworthy";
  private static final String AS_OF = "asOf";
  private static final String SAMPLE = "sample_spec";

  /** Nobody sells a token for a thousand dollars: a larger figure is a slip. */
  private static final BigDecimal DEAREST = BigDecimal.valueOf(1000);

  private PriceCatalogue() {}

  static PriceList read(Path file) {
    String name = PolicyFile.name(file);
    return parse(PolicyFile.text(file, PolicyLimits.CATALOGUE_BYTES), name);
  }

  static PriceList parse(String json, String where) {
    return prices(PolicyFile.json(json, where), where);
  }

  static PriceList prices(JsonNode root, String where) {
    if (!root.isObject() || root.size() > PolicyLimits.CATALOGUE_MODELS) {
      throw Section.wrong(
          where,
          "an object of at most " + PolicyLimits.CATALOGUE_MODELS + " models",
          root.isObject() ? root.size() + " models" : "something else",
          "Use a file in the form of LiteLLM's price catalogue.");
    }
    Map<String, TokenPrice> prices = new TreeMap<>();
    Map<String, LocalDate> ends = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode model = entry.getValue();
      checkCurrency(where + " " + entry.getKey(), model);
      if (!entry.getKey().startsWith("_") && !entry.getKey().equals(SAMPLE)) {
        price(where + " " + entry.getKey(), model).ifPresent(p -> prices.put(entry.getKey(), p));
        day(model.path(END)).ifPresent(day -> ends.put(entry.getKey(), day));
      }
    }
    return new PriceList(prices, ends, day(root.path(ABOUT).path(AS_OF)));
  }

  /** A day; what is no date says nothing, for LiteLLM's file is not ours to correct. */
  private static Optional<LocalDate> day(JsonNode value) {
    try {
      return value.isTextual() ? Optional.of(LocalDate.parse(value.asText())) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static void checkCurrency(String where, JsonNode model) {
    JsonNode currency = model.path("currency");
    if (!currency.isMissingNode() && !currency.asText().equals("USD")) {
      throw Section.wrong(
          where, "prices in USD", "'" + currency.asText() + "'", "Convert the prices to USD.");
    }
  }

  private static Optional<TokenPrice> price(String where, JsonNode model) {
    Optional<BigDecimal> input = field(where, model, Part.INPUT);
    Optional<BigDecimal> output = field(where, model, Part.OUTPUT);
    if (input.isEmpty() || output.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenPrice(
            input.get(),
            output.get(),
            field(where, model, Part.CACHED),
            field(where, model, Part.CACHE_WRITE),
            field(where, model, Part.BATCH_INPUT),
            field(where, model, Part.BATCH_OUTPUT)));
  }

  private static Optional<BigDecimal> field(String where, JsonNode model, Part part) {
    String key = part.field();
    JsonNode value = model.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    boolean usable = Section.isFinite(value);
    BigDecimal price = usable ? value.decimalValue() : BigDecimal.ZERO;
    if (!usable || price.signum() < 0 || price.compareTo(DEAREST) > 0 || price.scale() > 60) {
      throw Section.wrong(
          where + "." + key,
          "USD a token from 0 to " + DEAREST,
          usable ? price.toString() : "'" + value.asText() + "'",
          "Correct the price or remove it; a missing price counts as unknown.");
    }
    return Optional.of(price);
  }
}
