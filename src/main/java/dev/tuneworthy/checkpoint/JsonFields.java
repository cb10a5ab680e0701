package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A JSON object of a model file, read field by field with errors that name file and field. */
record JsonFields(Path file, ErrorCode code, JsonNode root) {
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Reads a file of at most {@code mostBytes} that holds one object. */
  static JsonFields read(Path file, ErrorCode code, int mostBytes) {
    try {
      long size = Files.size(file);
      if (size > mostBytes) {
        throw bad(file, code, "size", "at most " + mostBytes + " bytes", size + "");
      }
      return parse(file, code, Files.readAllBytes(file));
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  static JsonFields parse(Path file, ErrorCode code, byte[] json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      if (root == null || !root.isObject()) {
        throw bad(file, code, "content", "a JSON object", "something else");
      }
      return new JsonFields(file, code, root);
    } catch (JsonProcessingException e) {
      throw bad(file, code, "content", "valid JSON", e.getOriginalMessage());
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  ServiceException bad(String field, String expected, String found) {
    return bad(file, code, field, expected, found);
  }

  private static ServiceException bad(
      Path file, ErrorCode code, String field, String expected, String found) {
    return ServiceException.of(
        code, file + ", " + field, expected, found, "Correct the file or fetch it again.");
  }

  /** The field, or empty where it is absent or null. */
  Optional<JsonNode> field(String name) {
    JsonNode node = root.get(name);
    return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  OptionalInt integer(String name, int least, int most) {
    Optional<JsonNode> node = field(name);
    return node.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(integer(name, node.get(), least, most));
  }

  int requiredInteger(String name, int least, int most) {
    return integer(name, least, most)
        .orElseThrow(() -> bad(name, "a whole number", "no such field"));
  }

  /** One whole number or a list of them. */
  List<Integer> integers(String name, int least, int most) {
    Optional<JsonNode> node = field(name);
    List<Integer> found = new ArrayList<>();
    if (node.isPresent() && node.get().isArray()) {
      node.get().forEach(element -> found.add(integer(name, element, least, most)));
    } else if (node.isPresent()) {
      found.add(integer(name, node.get(), least, most));
    }
    return found;
  }

  private int integer(String name, JsonNode node, int least, int most) {
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < least
        || node.intValue() > most) {
      throw bad(name, "a whole number from " + least + " to " + most, shown(node));
    }
    return node.intValue();
  }

  Optional<Double> number(String name) {
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !node.get().isNumber()) {
      throw bad(name, "a number", shown(node.get()));
    }
    return node.map(JsonNode::doubleValue);
  }

  boolean flag(String name, boolean otherwise) {
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !node.get().isBoolean()) {
      throw bad(name, "true or false", shown(node.get()));
    }
    return node.map(JsonNode::booleanValue).orElse(otherwise);
  }

  Optional<String> text(String name) {
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !node.get().isTextual()) {
      throw bad(name, "text", shown(node.get()));
    }
    return node.map(JsonNode::textValue);
  }

  static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
