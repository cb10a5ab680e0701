package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Writes float32 tensors as safetensors. The same tensors give the same bytes: names in order, no
 * time, no host, and the header padded with spaces so that the data start on eight bytes.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_FLOATS = 1 << 14;

  private final Map<String, Tensor> tensors = new TreeMap<>();

  /** A tensor to write; the values are asked for when the file is written. */
  private record Tensor(List<Long> shape, long elements, Supplier<FloatBuffer> values) {}

  /**
   * Adds a tensor, row-major from the buffer's position to its limit.
   *
   * @throws IllegalArgumentException if the shape does not fit or the name is taken
   */
  public SafetensorsWriter add(String name, FloatBuffer values, long... shape) {
    FloatBuffer kept = checked(name, values.duplicate(), elements(shape));
    return add(name, () -> kept, shape);
  }

  /**
   * Adds a tensor that is made when its turn to be written comes, so that a file may be larger than
   * memory.
   *
   * @param values gives the elements, row-major from the buffer's position to its limit
   * @throws IllegalArgumentException if the name is taken
   */
  public SafetensorsWriter add(String name, Supplier<FloatBuffer> values, long... shape) {
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    if (tensors.putIfAbsent(name, new Tensor(dimensions, elements(shape), values)) != null) {
      throw new IllegalArgumentException("two tensors named " + name);
    }
    return this;
  }

  private static long elements(long... shape) {
    return Arrays.stream(shape).reduce(1L, Math::multiplyExact);
  }

  private static FloatBuffer checked(String name, FloatBuffer values, long elements) {
    if (elements != values.remaining()) {
      throw new IllegalArgumentException(
          name + ": " + values.remaining() + " values, not " + elements);
    }
    return values;
  }

  /** Writes a new file and forces it to disk; an existing one is replaced. */
  public void write(Path file) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC),
            1 << 20)) {
      writeTo(out);
    }
  }

  void writeTo(OutputStream out) throws IOException {
    byte[] header = header();
    byte[] length = new byte[8];
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length);
    out.write(length);
    out.write(header);
    byte[] chunk = new byte[4 * CHUNK_FLOATS];
    FloatBuffer floats = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      FloatBuffer made = tensor.values.get();
      FloatBuffer values = checked(entry.getKey(), made.duplicate(), tensor.elements);
      while (values.hasRemaining()) {
        int count = Math.min(CHUNK_FLOATS, values.remaining());
        floats.clear().put(values.slice(values.position(), count));
        values.position(values.position() + count);
        out.write(chunk, 0, 4 * count);
      }
    }
  }

  private byte[] header() throws JsonProcessingException {
    ObjectNode root = JsonFields.MAPPER.createObjectNode();
    // Transformers refuses a file that does not name its framework.
    root.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode node = root.putObject(entry.getKey()).put("dtype", "F32");
      ArrayNode shape = node.putArray("shape");
      entry.getValue().shape.forEach(shape::add);
      long end = at + 4L * entry.getValue().elements;
      node.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = JsonFields.MAPPER.writeValueAsBytes(root);
    byte[] padded = new byte[(json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT];
    Arrays.fill(padded, (byte) ' ');
    System.arraycopy(json, 0, padded, 0, json.length);
    return padded;
  }
}
