package dev.tuneworthy.fuzz;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Damages files in ways that a seed decides and that can be read afterwards. Bytes are flipped,
 * cut, moved, and what looks like a length, a count or an offset becomes an extreme one; text is
 * taken apart into numbers, strings, words and marks, which are dropped, repeated, swapped,
 * replaced and nested.
 */
final class Mutator {
  private static final long[] EXTREMES = {
    0,
    1,
    2,
    7,
    0x7f,
    0xff,
    0x7fff,
    0xffff,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    (1L << 32) + 1,
    1L << 40,
    1L << 61,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -8
  };

  private static final List<String> STRANGE =
      List.of(
          "0",
          "-1",
          "1.5",
          "2147483647",
          "2147483648",
          "4294967297",
          "9223372036854775807",
          "99999999999999999999",
          "1e999",
          "-1e999",
          "1e-999",
          "1e999999999",
          "NaN",
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "[[]]",
          "\"\"",
          "\"x\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"[\"",
          "\"(((((\"",
          "''",
          "~",
          "*a",
          "&a",
          "!!binary",
          "!!int",
          "<<",
          "---",
          "|",
          ">",
          "%",
          "\t",
          "\uFEFF",
          "\u2028",
          "\uD83D\uDE42");

  /** JSON values to put in the place of others; the empty one stands for a copy from elsewhere. */
  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "1",
          "-1",
          "3",
          "4",
          "0.5",
          "65536",
          "2147483647",
          "2147483648",
          "4294967297",
          "9223372036854775807",
          "99999999999999999999",
          "1e999",
          "-1e999",
          "1e-999",
          "1e308",
          "1e999999999",
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "[[]]",
          "[0, 4]",
          "[4, 0]",
          "[2147483647, 2147483647]",
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"[\"",
          "\"(((((\"",
          "\"((x{1000}){1000}){1000}\"",
          "\"..\"",
          "\"../x\"",
          "\"\\u0000\"",
          "\"\\ud800\"");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:[^\"\\\\\n]|\\\\.)*\"|'[^'\n]*'|-?[0-9][0-9.eE+-]*|[A-Za-z_][A-Za-z_0-9]*"
              + "|\\{[{%#]-?|-?[}%#]\\}|[ \t]+|\n|.",
          Pattern.DOTALL);

  private static final List<String> OPENING = List.of("[", "(", "{\"a\":", "{{", "- ", "not ", "-");

  private final SplittableRandom random;
  private final StringBuilder told = new StringBuilder();

  Mutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** What was done so far. */
  @Override
  public String toString() {
    return told.toString();
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T oneOf(List<T> from) {
    return from.get(below(from.size()));
  }

  /** Notes a choice that a test made by itself. */
  void tell(String what) {
    told.append(told.isEmpty() ? "" : "; ").append(what);
  }

  /** One to three changes, most of them in the first {@code head} bytes. */
  byte[] bytes(byte[] whole, int head) {
    byte[] damaged = whole.clone();
    for (int changes = 1 + below(3); changes > 0 && damaged.length > 0; changes--) {
      int within = below(8) == 0 ? damaged.length : Math.min(damaged.length, Math.max(1, head));
      damaged = change(damaged, within);
    }
    return damaged;
  }

  private byte[] change(byte[] in, int within) {
    int at = below(within);
    return switch (below(9)) {
      case 0 -> {
        tell("cut at " + at);
        yield part(in, 0, at);
      }
      case 1, 2 -> {
        int bit = below(8);
        tell("flip bit " + bit + " of byte " + at);
        in[at] ^= (byte) (1 << bit);
        yield in;
      }
      case 3 -> {
        in[at] = (byte) below(256);
        tell("byte " + at + " becomes " + in[at]);
        yield in;
      }
      case 4, 5, 6 -> number(in, within);
      case 7 -> {
        int length = 1 + below(Math.min(64, in.length - at));
        tell("drop " + length + " bytes at " + at);
        yield joined(part(in, 0, at), part(in, at + length, in.length));
      }
      default -> {
        int from = below(within);
        int length = 1 + below(Math.min(64, in.length - from));
        tell("insert bytes " + from + " to " + (from + length) + " at " + at);
        yield joined(part(in, 0, at), part(in, from, from + length), part(in, at, in.length));
      }
    };
  }

  /** Overwrites what looks like a small little-endian number of four or eight bytes. */
  private byte[] number(byte[] in, int within) {
    List<Integer> places = numbers(in, within);
    if (places.isEmpty()) {
      return in;
    }
    int at = oneOf(places);
    ByteBuffer buffer = ByteBuffer.wrap(in).order(ByteOrder.LITTLE_ENDIAN);
    boolean wide = at + 8 <= in.length && buffer.getInt(at + 4) == 0 && below(3) > 0;
    long before = wide ? buffer.getLong(at) : buffer.getInt(at);
    long after =
        switch (below(4)) {
          case 0 -> before + below(3) - 1;
          case 1 -> before * (1 + below(4)) + below(64);
          default -> EXTREMES[below(EXTREMES.length)];
        };
    tell("number " + before + " at " + at + " becomes " + after);
    if (wide) {
      buffer.putLong(at, after);
    } else {
      buffer.putInt(at, (int) after);
    }
    return in;
  }

  /** Places whose four bytes, read as a number, are from 0 to 65,535. */
  static List<Integer> numbers(byte[] in, int within) {
    ByteBuffer buffer = ByteBuffer.wrap(in).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> places = new ArrayList<>();
    for (int at = 0; at + 4 <= Math.min(in.length, within); at++) {
      if (buffer.getInt(at) >>> 16 == 0) {
        places.add(at);
      }
    }
    return places;
  }

  /**
   * Changes one to three values of a JSON document that stays well-formed, or else its tokens as
   * {@link #text} does.
   */
  byte[] json(byte[] utf8) {
    return below(3) == 0 ? text(utf8) : tree(utf8);
  }

  /** Changes one to three values of a JSON document that stays well-formed. */
  byte[] tree(byte[] utf8) {
    try {
      JsonNode root = JSON.readTree(utf8);
      for (int changes = 1 + below(3); changes > 0; changes--) {
        changeValue(root);
      }
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void changeValue(JsonNode root) throws IOException {
    List<ContainerNode<?>> containers = new ArrayList<>();
    collect(root, containers);
    ContainerNode<?> parent = oneOf(containers);
    int at = parent.isEmpty() ? 0 : below(parent.size());
    JsonNode value = oneOf(VALUES).isEmpty() ? oneOf(containers).deepCopy() : strange();
    if (parent instanceof ArrayNode array) {
      tell("element " + at + " becomes " + shown(value.toString()));
      if (array.isEmpty() || below(4) == 0) {
        array.insert(at, value);
      } else {
        array.set(at, value);
      }
      return;
    }
    ObjectNode object = (ObjectNode) parent;
    String key =
        object.isEmpty()
            ? "x"
            : oneOf(object.properties().stream().map(Map.Entry::getKey).toList());
    switch (below(6)) {
      case 0 -> {
        tell("drop " + key);
        object.remove(key);
      }
      case 1 -> {
        tell("rename " + key + " to " + key + "x");
        object.set(key + "x", object.path(key));
        object.remove(key);
      }
      default -> {
        tell(key + " becomes " + shown(value.toString()));
        object.set(key, value);
      }
    }
  }

  private JsonNode strange() throws IOException {
    return JSON.readTree(oneOf(VALUES));
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> into) {
    if (node instanceof ContainerNode<?> container) {
      into.add(container);
      container.forEach(child -> collect(child, into));
    }
  }

  /** One to four changes to the tokens of a text; now and then some bytes of it too. */
  byte[] text(byte[] utf8) {
    List<String> tokens = tokens(new String(utf8, StandardCharsets.UTF_8));
    for (int changes = 1 + below(4); changes > 0; changes--) {
      changeToken(tokens);
    }
    byte[] damaged = String.join("", tokens).getBytes(StandardCharsets.UTF_8);
    return below(6) == 0 ? bytes(damaged, damaged.length) : damaged;
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  private void changeToken(List<String> tokens) {
    if (tokens.isEmpty()) {
      tokens.add(oneOf(STRANGE));
    }
    int at = telling(tokens);
    switch (below(9)) {
      case 0 -> {
        tell("drop token " + at + " " + shown(tokens.get(at)));
        tokens.remove(at);
      }
      case 1 -> {
        int other = telling(tokens);
        tell("swap tokens " + at + " and " + other);
        String kept = tokens.get(at);
        tokens.set(at, tokens.get(other));
        tokens.set(other, kept);
      }
      case 2, 3, 4 -> {
        String strange = oneOf(STRANGE);
        tell("token " + at + " " + shown(tokens.get(at)) + " becomes " + shown(strange));
        tokens.set(at, strange);
      }
      case 5 -> {
        String other = tokens.get(telling(tokens));
        tell("token " + at + " " + shown(tokens.get(at)) + " becomes " + shown(other));
        tokens.set(at, other);
      }
      case 6 -> repeat(tokens, at);
      case 7 -> {
        String open = oneOf(OPENING);
        int times = 1 << below(16);
        tell(times + " times " + open + " before token " + at);
        tokens.add(at, open.repeat(times));
      }
      default -> {
        int length = 1 + below(Math.min(200, tokens.size() - at));
        tell("drop " + length + " tokens at " + at);
        tokens.subList(at, at + length).clear();
      }
    }
  }

  private void repeat(List<String> tokens, int at) {
    int length = 1 + below(Math.min(40, tokens.size() - at));
    int times = 1 << below(8);
    tell("repeat " + length + " tokens at " + at + " " + times + " times");
    List<String> copied = List.copyOf(tokens.subList(at, at + length));
    List<String> more = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      more.addAll(copied);
    }
    tokens.addAll(at, more);
  }

  /** The index of a token; tries not to hit white space. */
  private int telling(List<String> tokens) {
    int at = below(tokens.size());
    for (int tries = 0; tries < 4 && tokens.get(at).isBlank(); tries++) {
      at = below(tokens.size());
    }
    return at;
  }

  private static String shown(String token) {
    return token.length() <= 30 ? token : token.substring(0, 30) + "...";
  }

  static byte[] part(byte[] in, int from, int to) {
    return Arrays.copyOfRange(in, from, Math.max(from, to));
  }

  static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
