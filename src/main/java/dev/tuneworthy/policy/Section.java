package dev.tuneworthy.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One mapping of a policy: reads its values, checks their ranges, and names its place in errors.
 */
final class Section {
  private static final int SHOWN = 60;

  /** A number beyond these powers of ten is a slip, and costly to print in full. */
  private static final int MOST_DIGITS = 30;

  private final String file;
  private final String path;
  private final JsonNode node;

  /**
   * @param file the name of the source, for errors
   * @param path the keys that lead here, joined by dots; empty for the whole policy
   */
  private Section(String file, String path, JsonNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
    if (!node.isObject()) {
      throw wrong(where(), "a mapping of keys to values", shown(node), "See the shipped policies.");
    }
  }

  static Section root(String file, JsonNode node) {
    return new Section(file, "", node);
  }

  /** Refuses keys other than these, naming the nearest. */
  Section allowing(String... known) {
    Iterator<String> keys = node.fieldNames();
    while (keys.hasNext()) {
      String key = keys.next();
      if (!List.of(known).contains(key)) {
        throw wrong(
            where(), "a known key", "'" + cut(key) + "'", Nearest.remedy(key, List.of(known)));
      }
    }
    return this;
  }

  /** The mapping under a key; an empty one where the key is absent. */
  Section section(String key) {
    JsonNode value = node.path(key);
    String below = path.isEmpty() ? cut(key) : path + "." + cut(key);
    return new Section(
        file, below, value.isMissingNode() ? JsonNodeFactory.instance.objectNode() : value);
  }

  boolean has(String key) {
    return node.has(key);
  }

  List<String> keys() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  String text(String key) {
    JsonNode value = node.path(key);
    boolean usable = value.isTextual() && !value.asText().isBlank();
    if (!usable || value.asText().length() > PolicyLimits.TEXT) {
      throw refused(key, "text of at most " + PolicyLimits.TEXT + " characters", value);
    }
    return value.asText().strip();
  }

  /**
   * One of some words, as the lower-case name of a constant; the default where the key is absent.
   */
  <E extends Enum<E>> E word(String key, Class<E> words, E otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    List<String> known =
        Arrays.stream(words.getEnumConstants())
            .map(word -> word.name().toLowerCase(Locale.ROOT))
            .toList();
    int index = known.indexOf(node.path(key).asText());
    if (index < 0) {
      throw wrong(
          place(key),
          "one of " + String.join(", ", known),
          shown(node.path(key)),
          Nearest.remedy(node.path(key).asText(), known));
    }
    return words.getEnumConstants()[index];
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw refused(key, "true or false", value);
    }
    return value.asBoolean(otherwise);
  }

  /** A whole number within bounds; the default where the key is absent. */
  long whole(String key, long low, long high, Optional<Long> otherwise) {
    Optional<BigDecimal> found = number(key);
    String expected = "a whole number from " + low + " to " + high;
    if (found.isEmpty()) {
      return otherwise.orElseThrow(() -> refused(key, expected, node.path(key)));
    }
    BigDecimal value = found.get();
    boolean whole = value.stripTrailingZeros().scale() <= 0;
    if (!whole
        || value.compareTo(BigDecimal.valueOf(low)) < 0
        || value.compareTo(BigDecimal.valueOf(high)) > 0) {
      throw refused(key, expected, node.path(key));
    }
    return value.longValueExact();
  }

  /** A number within bounds, both included; empty where the key is absent. */
  Optional<BigDecimal> amount(String key, String low, String high) {
    Optional<BigDecimal> value = number(key);
    value.ifPresent(
        number -> {
          if (number.compareTo(new BigDecimal(low)) < 0
              || number.compareTo(new BigDecimal(high)) > 0) {
            throw refused(key, "a number from " + low + " to " + high, node.path(key));
          }
        });
    return value;
  }

  /** A day as {@code 2027-03-31}; empty where the key is absent. */
  Optional<LocalDate> day(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(node.path(key).asText()));
    } catch (DateTimeParseException e) {
      throw refused(key, "a date as 2027-03-31", node.path(key));
    }
  }

  /** A share from 0 to 1; empty where the key is absent. */
  Optional<Double> share(String key) {
    return amount(key, "0", "1").map(BigDecimal::doubleValue);
  }

  /** The error of a required key that is absent or a value that cannot be used. */
  ServiceException refused(String key, String expected, JsonNode found) {
    return wrong(place(key), expected, shown(found), "Set '" + key + "' so.");
  }

  ServiceException missing(String key, String expected) {
    return refused(key, expected, node.path(key));
  }

  JsonNode value(String key) {
    return node.path(key);
  }

  String place(String key) {
    return file + " " + (path.isEmpty() ? "" : path + ".") + cut(key);
  }

  private String where() {
    return path.isEmpty() ? file : file + " " + path;
  }

  static ServiceException wrong(String where, String expected, String found, String remedy) {
    return ServiceException.of(ErrorCode.BAD_POLICY, where, expected, found, remedy);
  }

  private Optional<BigDecimal> number(String key) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!isFinite(value)) {
      throw refused(key, "a number", value);
    }
    BigDecimal number = value.decimalValue();
    int magnitude = number.precision() - number.scale();
    if (number.precision() > MOST_DIGITS || Math.abs((long) magnitude) > MOST_DIGITS) {
      throw refused(key, "a number of at most " + MOST_DIGITS + " digits", value);
    }
    return Optional.of(number);
  }

  private static String shown(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "nothing";
    }
    if (value.isContainerNode()) {
      return value.isArray() ? "a list" : "a mapping";
    }
    return isFinite(value) ? cut(number(value)) : "'" + cut(value.asText()) + "'";
  }

  /** Whether a value is a number that a decimal one can hold. */
  static boolean isFinite(JsonNode value) {
    return value.isNumber() && (!value.isDouble() || Double.isFinite(value.doubleValue()));
  }

  /** With its exponent, for a number written in full may be very long. */
  private static String number(JsonNode value) {
    return value.decimalValue().toString();
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
