package dev.tuneworthy.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The key-value part of a GGUF file. Whole numbers are held as {@link Long}, fractions as {@link
 * Double} (float32 by its shortest decimal, so that 1e-5 is 1e-5), arrays as lists.
 */
final class GgufMetadata {
  private static final int MAX_KEYS = 1 << 16;
  private static final int MAX_KEY_BYTES = 1 << 16;
  private static final int MAX_STRING_BYTES = 1 << 24;
  private static final int MAX_ARRAY = 1 << 22;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Path file;
  private final Map<String, Object> values;

  private GgufMetadata(Path file, Map<String, Object> values) {
    this.file = file;
    this.values = values;
  }

  /** Reads {@code keys} entries at the cursor. */
  static GgufMetadata read(Path file, GgufCursor in, long keys) {
    if (keys > MAX_KEYS) {
      throw CheckpointErrors.bad(file, "metadata count", "at most " + MAX_KEYS, "" + keys);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (long i = 0; i < keys; i++) {
      String key = in.string("metadata key " + i, MAX_KEY_BYTES);
      Object value = value(file, in, key, in.uint32("type of " + key), true);
      if (values.put(key, value) != null) {
        throw CheckpointErrors.bad(file, key, "one value", "two");
      }
    }
    return new GgufMetadata(file, values);
  }

  private static Object value(Path file, GgufCursor in, String key, long type, boolean arrays) {
    if (type == STRING) {
      return in.string(key, MAX_STRING_BYTES);
    }
    if (type == ARRAY && arrays) {
      long elementType = in.uint32("element type of " + key);
      // Even a string costs eight bytes in the file, so a huge count cannot outlive this check.
      int smallest =
          elementType == STRING ? 8 : elementType == ARRAY ? 1 : width(file, key, elementType);
      int length =
          (int) in.count("length of " + key, Math.min(MAX_ARRAY, in.remaining() / smallest));
      List<Object> array = new ArrayList<>(length);
      for (int i = 0; i < length; i++) {
        array.add(value(file, in, key, elementType, false));
      }
      return array;
    }
    ByteBuffer bytes = in.take(width(file, key, type), key);
    return scalar(file, key, type, bytes);
  }

  private static int width(Path file, String key, long type) {
    return switch ((int) Math.min(type, 99)) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case 10, 11, 12 -> 8;
      case ARRAY ->
          throw CheckpointErrors.unsupported(file, "plain arrays", "an array of arrays in " + key);
      default -> throw CheckpointErrors.bad(file, "type of " + key, "0 to 12", "" + type);
    };
  }

  private static Object scalar(Path file, String key, long type, ByteBuffer in) {
    return switch ((int) type) {
      case 0 -> (long) (in.get() & 0xff);
      case 1 -> (long) in.get();
      case 2 -> (long) (in.getShort() & 0xffff);
      case 3 -> (long) in.getShort();
      case 4 -> Integer.toUnsignedLong(in.getInt());
      case 5 -> (long) in.getInt();
      case 6 -> Double.valueOf(Float.toString(in.getFloat()));
      case 7 -> bool(file, key, in.get());
      case 10, 11 -> in.getLong();
      default -> in.getDouble();
    };
  }

  private static boolean bool(Path file, String key, byte value) {
    if (value != 0 && value != 1) {
      throw CheckpointErrors.bad(file, key, "a boolean, 0 or 1", "" + value);
    }
    return value == 1;
  }

  Optional<String> text(String key) {
    return optional(key, String.class, "text");
  }

  String requiredText(String key) {
    return text(key).orElseThrow(() -> missing(key, "text"));
  }

  OptionalInt integer(String key, int least, int most) {
    Optional<Long> found = optional(key, Long.class, "a whole number");
    if (found.isEmpty()) {
      return OptionalInt.empty();
    }
    long value = found.get();
    if (value < least || value > most) {
      throw CheckpointErrors.bad(file, key, least + " to " + most, "" + value);
    }
    return OptionalInt.of((int) value);
  }

  int requiredInteger(String key, int least, int most) {
    return integer(key, least, most).orElseThrow(() -> missing(key, "a whole number"));
  }

  Optional<Double> number(String key) {
    return optional(key, Double.class, "a number");
  }

  boolean flag(String key, boolean otherwise) {
    return optional(key, Boolean.class, "true or false").orElse(otherwise);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Optional<List<Double>> numbers(String key) {
    return list(key, Double.class, "numbers");
  }

  Optional<List<String>> texts(String key) {
    return list(key, String.class, "texts");
  }

  Optional<List<Long>> integers(String key) {
    return list(key, Long.class, "whole numbers");
  }

  RuntimeException missing(String key, String expected) {
    return CheckpointErrors.bad(file, key, expected, "no such key");
  }

  private <T> Optional<T> optional(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw CheckpointErrors.bad(
          file, key, expected, value instanceof List ? "an array" : value.toString());
    }
    return Optional.of(type.cast(value));
  }

  private <T> Optional<List<T>> list(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof List<?> found) || !found.stream().allMatch(type::isInstance)) {
      throw CheckpointErrors.bad(file, key, "an array of " + expected, "something else");
    }
    return Optional.of(found.stream().map(type::cast).toList());
  }
}
