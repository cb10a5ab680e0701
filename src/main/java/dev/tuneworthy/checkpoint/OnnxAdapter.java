package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;

/**
 * An adapter as ONNX Runtime takes it: tensors by the names of the graph inputs that they stand for
 * ({@code .onnx_adapter}). A session runs with it beside the base model when it is made active, and
 * without it when it is not. Immutable.
 *
 * @param adapterVersion a number of the maker's own
 * @param modelVersion a number of the maker's own
 * @param parameters in the order of their names
 */
public record OnnxAdapter(int adapterVersion, int modelVersion, List<Parameter> parameters) {
  /** What a file of this kind ends on. */
  public static final String FILE_END = ".onnx_adapter";

  private static final int MAX_PARAMETERS = 1 << 17;

  public OnnxAdapter {
    parameters =
        parameters.stream().sorted(Comparator.comparing(parameter -> parameter.name)).toList();
    if (parameters.isEmpty() || parameters.size() > MAX_PARAMETERS) {
      throw new IllegalArgumentException(
          "1 to " + MAX_PARAMETERS + " parameters, not " + parameters.size());
    }
    for (int i = 1; i < parameters.size(); i++) {
      if (parameters.get(i).name.equals(parameters.get(i - 1).name)) {
        throw new IllegalArgumentException("two parameters named " + parameters.get(i).name);
      }
    }
  }

  /** A float32 tensor by the name of a graph input. Immutable. */
  public static final class Parameter {
    private final String name;
    private final List<Long> shape;
    private final float[] values;

    private Parameter(String name, List<Long> shape, float[] values) {
      this.name = name;
      this.shape = List.copyOf(shape);
      this.values = values;
    }

    /**
     * Copies the remaining values.
     *
     * @param values row-major, as many as the shape says
     */
    public static Parameter copyOf(String name, List<Long> shape, FloatBuffer values) {
      long elements = shape.stream().reduce(1L, Math::multiplyExact);
      if (name.isEmpty() || elements != values.remaining()) {
        throw new IllegalArgumentException(
            "'" + name + "': " + values.remaining() + " values for shape " + shape);
      }
      float[] copy = new float[values.remaining()];
      values.duplicate().get(copy);
      return new Parameter(name, shape, copy);
    }

    public String name() {
      return name;
    }

    /** Slowest dimension first. */
    public List<Long> shape() {
      return shape;
    }

    /** Row-major, read-only from position 0. */
    public FloatBuffer values() {
      return FloatBuffer.wrap(values).asReadOnlyBuffer();
    }
  }

  /**
   * Reads a file.
   *
   * @throws ServiceException {@link ErrorCode#FILE_NOT_FOUND}, or {@link ErrorCode#BAD_ADAPTER} for
   *     a file that is broken or holds other than float32
   */
  public static OnnxAdapter read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND,
          "adapter " + file,
          "a file " + FILE_END,
          "no such file",
          "Check the path.");
    }
    return OnnxAdapterReader.read(file);
  }

  /**
   * Writes the file; the same adapter gives the same bytes. The file appears when it is whole.
   *
   * @throws ServiceException {@link ErrorCode#DISK}
   */
  public void write(Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      Files.createDirectories(absolute.getParent());
      Path fresh = Files.createTempFile(absolute.getParent(), ".adapter", FILE_END);
      try {
        Files.write(fresh, bytes());
        Files.move(
            fresh, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          "adapter " + file + ": cannot be written: " + e + ". Free some space, then retry.",
          e);
    }
  }

  /** The bytes of the file. */
  public byte[] bytes() {
    return OnnxAdapterWriter.bytes(this);
  }
}
