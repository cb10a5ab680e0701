package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parsed head of a GGUF file of version 2 or 3: metadata and tensor table, every tensor proved
 * to lie inside the file and beside the others. Format: ggml's docs/gguf.md.
 */
record GgufFile(MappedFile file, GgufMetadata metadata, Map<String, StoredTensor> tensors) {
  private static final int MAGIC = 0x46554747; // "GGUF", little-endian
  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_NAME_BYTES = 1 << 10;
  private static final int MAX_DIMENSIONS = 4;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 1 << 20;

  /** Parses the head; the file stays owned by the caller. */
  static GgufFile read(MappedFile file) {
    Path path = file.path();
    GgufCursor in = new GgufCursor(file);
    if (in.take(4, "magic number").getInt() != MAGIC) {
      throw CheckpointErrors.bad(path, "magic number", "'GGUF'", "something else");
    }
    checkVersion(path, in.uint32("version"));
    int tensorCount = (int) in.count("tensor count", MAX_TENSORS);
    long keys = in.count("metadata count", Long.MAX_VALUE);
    GgufMetadata metadata = GgufMetadata.read(path, in, keys);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < tensorCount; i++) {
      entries.add(entry(path, in, i));
    }
    int alignment =
        metadata.integer("general.alignment", 1, MAX_ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
    if (Integer.bitCount(alignment) != 1) {
      throw CheckpointErrors.bad(path, "general.alignment", "a power of two", "" + alignment);
    }
    long data = (in.position() + alignment - 1) / alignment * alignment;
    return new GgufFile(file, metadata, place(file, entries, data, alignment));
  }

  private static void checkVersion(Path path, long version) {
    if (version == 2 || version == 3) {
      return;
    }
    String found = version != 0 && version % 65536 == 0 ? "a big-endian file" : "GGUF v" + version;
    throw CheckpointErrors.unsupported(path, "little-endian GGUF version 2 or 3", found);
  }

  /** One row of the tensor table; {@code shape} slowest dimension first. */
  private record Entry(String name, List<Long> shape, TensorType type, long offset, long bytes) {}

  private static Entry entry(Path path, GgufCursor in, int index) {
    String name = in.string("name of tensor " + index, MAX_NAME_BYTES);
    String field = "tensor " + name;
    long dimensions = in.uint32(field + ", number of dimensions");
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw CheckpointErrors.bad(
          path, field + ", number of dimensions", "1 to " + MAX_DIMENSIONS, "" + dimensions);
    }
    List<Long> shape = new ArrayList<>();
    for (int d = 0; d < dimensions; d++) {
      long length = in.count(field + ", dimension " + d, Integer.MAX_VALUE);
      if (length < 1) {
        throw CheckpointErrors.bad(path, field + ", dimension " + d, "at least 1", "" + length);
      }
      shape.add(length);
    }
    Collections.reverse(shape); // the file has the fastest dimension first
    long typeId = in.uint32(field + ", type");
    TensorType type =
        TensorType.ofGgml(typeId)
            .orElseThrow(
                () ->
                    CheckpointErrors.unsupported(
                        path,
                        "a type of " + Arrays.toString(TensorType.values()),
                        field + " of type " + TensorType.ggmlName(typeId),
                        "Use a file with one of those types."));
    long offset = in.count(field + ", offset", Long.MAX_VALUE);
    return new Entry(name, shape, type, offset, bytes(path, field, shape, type));
  }

  private static long bytes(Path path, String field, List<Long> shape, TensorType type) {
    long row = shape.get(shape.size() - 1);
    if (row % type.blockElements != 0) {
      throw CheckpointErrors.bad(
          path, field + ", row length", "a multiple of " + type.blockElements, "" + row);
    }
    long elements = 1;
    for (long length : shape) {
      elements = elements > Integer.MAX_VALUE / length ? Long.MAX_VALUE : elements * length;
      if (elements > Integer.MAX_VALUE) {
        throw CheckpointErrors.unsupported(
            path, "tensors of at most 2147483647 elements", field + " of shape " + shape);
      }
    }
    long rowBytes = row / type.blockElements * type.blockBytes;
    if (rowBytes > MappedFile.MAX_VIEW_BYTES) {
      throw CheckpointErrors.unsupported(path, "shorter rows", field + " of shape " + shape);
    }
    return elements / row * rowBytes;
  }

  private static Map<String, StoredTensor> place(
      MappedFile file, List<Entry> entries, long data, int alignment) {
    long room = Math.max(0, file.size() - data);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    long end = 0;
    for (Entry e : entries.stream().sorted(Comparator.comparingLong(Entry::offset)).toList()) {
      String field = "tensor " + e.name + ", offset";
      if (e.offset % alignment != 0) {
        throw CheckpointErrors.bad(file.path(), field, "a multiple of " + alignment, "" + e.offset);
      }
      if (e.offset > room || e.bytes > room - e.offset) {
        throw CheckpointErrors.bad(
            file.path(),
            field,
            e.bytes + " bytes inside " + room + " bytes of tensor data",
            "offset " + e.offset + " (is the file truncated?)");
      }
      if (e.offset < end) {
        throw CheckpointErrors.bad(
            file.path(), field, "at least " + end + ", past the tensor before it", "" + e.offset);
      }
      end = e.offset + e.bytes;
      StoredTensor stored = new StoredTensor(file, data + e.offset, e.shape, e.type);
      if (tensors.put(e.name, stored) != null) {
        throw CheckpointErrors.bad(file.path(), "tensor " + e.name, "one", "two of that name");
      }
    }
    return tensors;
  }
}
