package dev.tuneworthy.scoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A JSON value that can be compared with another by what it means. */
public final class JsonValue {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(100)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonNode node;

  private JsonValue(JsonNode node) {
    this.node = node;
  }

  /** The value that the whole text is; empty if it is not JSON. */
  public static Optional<JsonValue> of(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(new JsonValue(node));
    } catch (JsonProcessingException | NumberFormatException e) {
      return Optional.empty(); // the second: an exponent that no decimal number holds
    }
  }

  /** Members in any order, elements in order, numbers by value (1 is 1.0). */
  public boolean same(JsonValue other) {
    return node.equals(
        (a, b) ->
            a.isNumber() && b.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue())
                : a.equals(b) ? 0 : 1,
        other.node);
  }

  /** The keys of an object; none for any other value. */
  public Set<String> keys() {
    Set<String> keys = new HashSet<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
