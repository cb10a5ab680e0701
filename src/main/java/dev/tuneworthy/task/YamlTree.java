package dev.tuneworthy.task;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * A mapping read from a YAML file or given inline, which knows where each of its values stands, so
 * that errors can name file and line. Aliases, tags, duplicate keys and further documents are
 * refused; plain words stay words ({@code yes} is not a boolean, {@code 007} not a number).
 */
public final class YamlTree {
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?");

  private final String name;
  private final ErrorCode code;
  private final JsonNode root;
  private final Map<String, Integer> lines;

  private YamlTree(String name, ErrorCode code, JsonNode root, Map<String, Integer> lines) {
    this.name = name;
    this.code = code;
    this.root = root;
    this.lines = lines;
    if (!root.isObject()) {
      throw ServiceException.of(
          code, name, "a mapping of keys to values", "something else", "See the shipped files.");
    }
  }

  /**
   * Reads a file of at most {@link InputLimits#YAML_BYTES}.
   *
   * @param code of the error for whatever is wrong in it
   */
  public static YamlTree read(Path file, ErrorCode code) {
    String name = SourceFile.name(file);
    byte[] bytes = SourceFile.bytes(file, InputLimits.YAML_BYTES);
    String text = SourceFile.decode(bytes, 0, bytes.length, name, code);
    Map<String, Integer> lines = new HashMap<>();
    try (YAMLParser parser = factory().createParser(text)) {
      parser.nextToken();
      JsonNode root = value(parser, lines, name, code);
      if (parser.nextToken() != null) {
        throw ServiceException.of(
            code, name, "one YAML document", "a second one", "Keep one document a file.");
      }
      return new YamlTree(name, code, root, lines);
    } catch (IOException e) {
      throw new ServiceException(
          code, name + ": expected YAML, found a mistake: " + oneLine(e) + ". Mend the file.", e);
    }
  }

  /** A tree that came with a request; errors name {@code name} and the path of the value. */
  public static YamlTree inline(JsonNode root, String name, ErrorCode code) {
    return new YamlTree(name, code, root, Map.of());
  }

  public JsonNode root() {
    return root;
  }

  public boolean has(String key) {
    return root.has(key);
  }

  /**
   * The place of a value as an error names it: {@code task.yaml:3}, or for an inline value its
   * path.
   */
  public String where(String pointer) {
    Integer line = lines.get(pointer);
    return line != null ? name + ":" + line : lines.isEmpty() ? name + " " + pointer : name;
  }

  /**
   * Refuses keys of the mapping at {@code pointer} that are not known, naming the nearest that is.
   */
  public void allowOnly(String pointer, Set<String> known) {
    Iterator<String> keys = root.at(pointer).fieldNames();
    while (keys.hasNext()) {
      String key = keys.next();
      if (!known.contains(key)) {
        String at = pointer + JsonPointer.SEPARATOR + escaped(key);
        throw ServiceException.of(
            code, where(at), "a known key", JsonLines.shown(key), Nearest.remedy(key, known));
      }
    }
  }

  /** A required text, stripped, neither blank nor longer than {@link InputLimits#FIELD}. */
  public String text(String key) {
    JsonNode value = root.path(key);
    if (!value.isTextual() || value.asText().isBlank()) {
      String found = value.isMissingNode() ? "nothing" : JsonLines.shown(value.toString());
      throw wrong(key, "text for '" + key + "'", found, "Give '" + key + "'.");
    }
    if (value.asText().length() > InputLimits.FIELD) {
      throw wrong(
          key,
          "at most " + InputLimits.FIELD + " characters",
          value.asText().length() + " characters",
          "Shorten '" + key + "'.");
    }
    return value.asText().strip();
  }

  /** An error about the value of a key. */
  public ServiceException wrong(String key, String expected, String found, String remedy) {
    return ServiceException.of(code, where("/" + escaped(key)), expected, found, remedy);
  }

  private static YAMLFactory factory() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit((int) InputLimits.YAML_BYTES);
    options.setNestingDepthLimit(InputLimits.NESTING);
    options.setMaxAliasesForCollections(0);
    return YAMLFactory.builder()
        .loaderOptions(options)
        .streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(InputLimits.NESTING).build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  private static JsonNode value(
      YAMLParser parser, Map<String, Integer> lines, String name, ErrorCode code)
      throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    lines.putIfAbsent(parser.getParsingContext().pathAsPointer().toString(), line);
    if (parser.isCurrentAlias()) {
      throw ServiceException.of(
          code, name + ":" + line, "a value", "an alias", "Write the value out.");
    }
    Object tag = parser.getTypeId();
    if (tag != null && !tag.toString().startsWith("tag:yaml.org")) {
      // A tag as !function means code elsewhere; without it the value would say something else.
      throw ServiceException.of(
          code, name + ":" + line, "a plain value", "the tag !" + tag, "Write the value out.");
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        lines.put(
            parser.getParsingContext().pathAsPointer().toString(),
            parser.currentTokenLocation().getLineNr());
        parser.nextToken();
        object.set(key, value(parser, lines, name, code));
      }
      return object;
    }
    if (token == JsonToken.START_ARRAY) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value(parser, lines, name, code));
      }
      return array;
    }
    return scalar(token, parser);
  }

  /** Booleans and numbers only where JSON writes them so; every other plain word is text. */
  private static JsonNode scalar(JsonToken token, YAMLParser parser) throws IOException {
    if (token == null) {
      return JsonNodeFactory.instance.missingNode();
    }
    String text = parser.getText();
    if (token == JsonToken.VALUE_NULL) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (token.isBoolean() && (text.equals("true") || text.equals("false"))) {
      return JsonNodeFactory.instance.booleanNode(text.equals("true"));
    }
    if (token.isNumeric() && JSON_NUMBER.matcher(text).matches()) {
      return DecimalNode.valueOf(new BigDecimal(text));
    }
    return JsonNodeFactory.instance.textNode(text);
  }

  private static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  private static String oneLine(IOException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
  }
}
