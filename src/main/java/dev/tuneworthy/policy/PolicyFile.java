package dev.tuneworthy.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;

/** Reads bounded YAML and JSON text into trees, numbers as decimals; aliases are refused. */
final class PolicyFile {
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(PolicyLimits.NESTING)
          .maxNumberLength(100)
          .build();
  private static final YAMLMapper YAML =
      YAMLMapper.builder(yamlFactory())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final JsonMapper JSON = jsonMapper();

  private PolicyFile() {}

  /** The name by which errors call a file; not its folder, which is nobody's business. */
  static String name(Path file) {
    Path last = file.getFileName();
    return last == null ? file.toString() : last.toString();
  }

  static String text(Path file, int limit) {
    String name = name(file);
    if (!Files.isRegularFile(file)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND, name, "a file", "none at " + file, "Check the path.");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(limit + 1);
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.DISK, name + " cannot be read: " + e.getMessage(), e);
    }
    if (bytes.length > limit) {
      throw tooLarge(name, limit);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ServiceException(
          ErrorCode.BAD_POLICY,
          name + ": expected UTF-8, found other bytes. Convert the file to UTF-8.",
          e);
    }
  }

  static JsonNode yaml(String text, String where) {
    if (text.length() > PolicyLimits.POLICY_BYTES) {
      throw tooLarge(where, PolicyLimits.POLICY_BYTES);
    }
    try {
      refuseAliases(text, where);
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw broken(where, "YAML", e);
    } catch (NumberFormatException e) {
      throw unheldNumber(where, e);
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.BAD_POLICY, where + " cannot be read", e);
    }
  }

  static JsonNode json(String text, String where) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw broken(where, "JSON", e);
    } catch (NumberFormatException e) {
      throw unheldNumber(where, e);
    }
  }

  /**
   * Jackson reads an alias as its own name, so a policy that uses one would silently say nonsense.
   */
  private static void refuseAliases(String text, String where) throws IOException {
    try (YAMLParser parser = YAML.getFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.isCurrentAlias()) {
          int line = parser.currentTokenLocation().getLineNr();
          throw Section.wrong(where + ":" + line, "a value", "an alias", "Write the value out.");
        }
      }
    }
  }

  private static ServiceException tooLarge(String where, int limit) {
    return ServiceException.of(
        ErrorCode.INPUT_TOO_LARGE,
        where,
        "at most " + limit + " bytes",
        "more",
        "Drop what is not needed.");
  }

  /** Jackson lets the exponent of a decimal number through that no decimal number can hold. */
  private static ServiceException unheldNumber(String where, NumberFormatException e) {
    return new ServiceException(
        ErrorCode.BAD_POLICY,
        where + ": expected numbers of an ordinary size, found another: " + e.getMessage(),
        e);
  }

  private static ServiceException broken(String where, String format, JsonProcessingException e) {
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    String reason = e.getOriginalMessage().replaceAll("\\s+", " ").strip();
    String place = line > 0 ? where + ":" + line : where;
    return new ServiceException(
        ErrorCode.BAD_POLICY,
        place + ": expected " + format + ", found a mistake: " + reason + ". Mend the file.",
        e);
  }

  private static YAMLFactory yamlFactory() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(PolicyLimits.POLICY_BYTES);
    options.setNestingDepthLimit(PolicyLimits.NESTING);
    options.setMaxAliasesForCollections(0);
    return YAMLFactory.builder().loaderOptions(options).streamReadConstraints(CONSTRAINTS).build();
  }

  /** Lenient about a key given twice, as LiteLLM's file has held some. */
  private static JsonMapper jsonMapper() {
    JsonFactory factory = JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
