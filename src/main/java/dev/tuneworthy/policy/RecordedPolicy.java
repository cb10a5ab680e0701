package dev.tuneworthy.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.error.ServiceException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a policy back from the plain values that {@link PolicyContent} wrote into a record. Of the
 * price catalogue it has the prices that the record quotes.
 */
public final class RecordedPolicy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WHERE = "the record's policy";

  /** Amounts of money, which a record holds as text. */
  private static final Set<String> AMOUNTS = Set.of("hourly", "maxPerMonth", "money");

  private static final String TOKEN_PRICE = "_cost";

  private RecordedPolicy() {}

  /**
   * @param sha256 of the policy as it was read, its whole catalogue included
   * @throws ServiceException {@code BAD_POLICY} if the content is not one that a record holds
   */
  public static Policy of(Map<String, Object> content, String sha256) {
    ObjectNode tree = JSON.valueToTree(content);
    asNumbers(tree);
    PriceList list = PriceList.NONE;
    if (tree.get("prices") instanceof ObjectNode prices) {
      JsonNode sold = prices.remove("catalogue");
      list =
          PriceCatalogue.prices(sold == null ? JsonNodeFactory.instance.objectNode() : sold, WHERE);
    }
    Policy policy = PolicyReader.recorded(tree, WHERE, list);
    return PolicyContent.copy(policy, policy.traffic(), policy.prices(), sha256);
  }

  private static void asNumbers(ObjectNode node) {
    for (String key : List.copyOf(node.properties().stream().map(Map.Entry::getKey).toList())) {
      JsonNode value = node.get(key);
      if (value instanceof ObjectNode below) {
        asNumbers(below);
      } else if (value.isTextual() && (AMOUNTS.contains(key) || key.contains(TOKEN_PRICE))) {
        node.put(key, number(key, value.asText()));
      } else if (key.equals("hardware") && value.asText().isBlank()) {
        node.remove(key); // as if nothing had been said
      }
    }
  }

  private static BigDecimal number(String key, String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw Section.wrong(
          WHERE + " " + key, "an amount", "'" + text + "'", "Restore the record or decide again.");
    }
  }
}
