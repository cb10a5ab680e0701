package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parsed header of a safetensors file; the tensors fill the data area exactly, without overlap
 * or gap, as the format demands.
 */
record SafetensorsFile(MappedFile file, Map<String, StoredTensor> tensors) {
  private static final int MAX_HEADER_BYTES = 1 << 23;
  private static final int MAX_DIMENSIONS = 8;
  private static final String METADATA = "__metadata__";

  /** Parses the header; the file stays owned by the caller. Faults carry {@code code}. */
  static SafetensorsFile read(MappedFile file, ErrorCode code) {
    Path path = file.path();
    if (file.size() < 8) {
      throw bad(path, code, "header length", "8 bytes", file.size() + " bytes in all");
    }
    long length = file.view(0, 8).getLong();
    if (length < 2 || length > Math.min(MAX_HEADER_BYTES, file.size() - 8)) {
      throw bad(
          path,
          code,
          "header length",
          "2 to " + Math.min(MAX_HEADER_BYTES, file.size() - 8) + " bytes",
          Long.toUnsignedString(length) + " (is the file truncated?)");
    }
    byte[] header = new byte[(int) length];
    file.view(8, header.length).get(header);
    JsonFields fields = JsonFields.parse(path, code, header);
    List<Entry> entries = new ArrayList<>();
    fields
        .root()
        .properties()
        .forEach(
            field -> {
              if (!field.getKey().equals(METADATA)) {
                entries.add(entry(fields, field.getKey(), field.getValue()));
              }
            });
    return new SafetensorsFile(file, place(file, code, entries, 8 + length));
  }

  private record Entry(String name, TensorType type, List<Long> shape, long begin, long end) {}

  private static Entry entry(JsonFields fields, String name, JsonNode node) {
    String field = "tensor " + name;
    String dtype = node.path("dtype").asText("nothing");
    TensorType type =
        switch (dtype) {
          case "F32" -> TensorType.F32;
          case "F16" -> TensorType.F16;
          case "BF16" -> TensorType.BF16;
          default ->
              throw CheckpointErrors.unsupported(
                  fields.file(),
                  "dtype F32, F16 or BF16",
                  field + " of dtype " + dtype,
                  "Convert it to one of those.");
        };
    List<Long> shape = longs(fields, field + ", shape", node.path("shape"));
    if (shape.isEmpty() || shape.size() > MAX_DIMENSIONS) {
      throw fields.bad(field + ", shape", "1 to " + MAX_DIMENSIONS + " dimensions", "" + shape);
    }
    List<Long> offsets = longs(fields, field + ", data_offsets", node.path("data_offsets"));
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw fields.bad(field + ", data_offsets", "a begin and an end after it", "" + offsets);
    }
    long bytes = bytes(fields, field, shape, type);
    if (offsets.get(1) - offsets.get(0) != bytes) {
      throw fields.bad(field + ", data_offsets", bytes + " bytes for " + shape, "" + offsets);
    }
    return new Entry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private static List<Long> longs(JsonFields fields, String field, JsonNode node) {
    List<Long> found = new ArrayList<>();
    if (!node.isArray()) {
      throw fields.bad(field, "a list of whole numbers", JsonFields.shown(node));
    }
    for (JsonNode element : node) {
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
        throw fields.bad(field, "whole numbers from 0 on", JsonFields.shown(element));
      }
      found.add(element.longValue());
    }
    return found;
  }

  private static long bytes(JsonFields fields, String field, List<Long> shape, TensorType type) {
    long elements = 1;
    for (long length : shape) {
      if (length < 1 || length > Integer.MAX_VALUE / elements) {
        throw fields.bad(field + ", shape", "1 to 2147483647 elements", "" + shape);
      }
      elements *= length;
    }
    if (shape.get(shape.size() - 1) * type.blockBytes > MappedFile.MAX_VIEW_BYTES) {
      throw fields.bad(field + ", shape", "rows under 64 MiB", "" + shape);
    }
    return elements * type.blockBytes;
  }

  private static Map<String, StoredTensor> place(
      MappedFile file, ErrorCode code, List<Entry> entries, long data) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    long end = 0;
    for (Entry e : entries.stream().sorted(Comparator.comparingLong(Entry::begin)).toList()) {
      if (e.begin != end) {
        throw bad(
            file.path(),
            code,
            "tensor " + e.name + ", begin",
            "" + end + ", no gap or overlap",
            "" + e.begin);
      }
      end = e.end;
      tensors.put(e.name, new StoredTensor(file, data + e.begin, e.shape, e.type));
    }
    if (end != file.size() - data) {
      throw bad(
          file.path(),
          code,
          "data",
          end + " bytes of tensors",
          file.size() - data + " bytes (is the file truncated?)");
    }
    return Collections.unmodifiableMap(tensors);
  }

  private static ServiceException bad(
      Path path, ErrorCode code, String field, String expected, String found) {
    return ServiceException.of(
        code, path + ", " + field, expected, found, "Fetch the file again or use another.");
  }
}
