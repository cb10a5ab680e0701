package dev.tuneworthy.checkpoint;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A tensor in a mapped file and how its rows are stored.
 *
 * @param shape dimensions, slowest first; every one at least 1
 * @param interleavedHeads 0, or the number of heads whose rows the llama.cpp converter interleaved
 * @param shift added to every element
 */
record StoredTensor(
    MappedFile file,
    long offset,
    List<Long> shape,
    TensorType type,
    int interleavedHeads,
    float shift) {
  /** Elements that one task expands: enough to pay for its start, small enough for the caches. */
  private static final int TASK_ELEMENTS = 1 << 16;

  StoredTensor {
    shape = List.copyOf(shape);
  }

  StoredTensor(MappedFile file, long offset, List<Long> shape, TensorType type) {
    this(file, offset, shape, type, 0, 0);
  }

  long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  StoredTensor interleaved(int heads) {
    return new StoredTensor(file, offset, shape, type, heads, shift);
  }

  StoredTensor shifted(float by) {
    return new StoredTensor(file, offset, shape, type, interleavedHeads, by);
  }

  /** Expands into {@code target} from its position on, in parallel over groups of rows. */
  void readInto(FloatBuffer target) {
    long elements = elements();
    if (target.remaining() < elements) {
      throw new IllegalArgumentException(
          "room for " + target.remaining() + " floats, the tensor has " + elements);
    }
    int columns = Math.toIntExact(shape.get(shape.size() - 1));
    int rows = (int) (elements / columns);
    int rowsPerTask = Math.max(1, TASK_ELEMENTS / columns);
    int tasks = (rows + rowsPerTask - 1) / rowsPerTask;
    int start = target.position();
    IntStream.range(0, tasks)
        .parallel()
        .forEach(
            task -> {
              int first = task * rowsPerTask;
              int count = Math.min(rowsPerTask, rows - first);
              expandRows(first, count, columns, target, start);
            });
    target.position(start + (int) elements);
  }

  private void expandRows(int first, int count, int columns, FloatBuffer target, int start) {
    int rowBytes = columns / type.blockElements * type.blockBytes;
    byte[] packed = new byte[count * rowBytes];
    file.view(offset + (long) first * rowBytes, packed.length).get(packed);
    float[] expanded = new float[count * columns];
    type.expand(packed, expanded.length, expanded);
    if (shift != 0) {
      for (int i = 0; i < expanded.length; i++) {
        expanded[i] += shift;
      }
    }
    if (interleavedHeads == 0) {
      target.put(start + first * columns, expanded);
      return;
    }
    for (int i = 0; i < count; i++) {
      target.put(start + huggingFaceRow(first + i) * columns, expanded, i * columns, columns);
    }
  }

  /**
   * llama.cpp turns neighbouring rows of a head into one rotary pair, Hugging Face turns row i with
   * row i + half: stored row (head, i, side) is Hugging Face's row (head, side, i).
   */
  private int huggingFaceRow(int stored) {
    int headSize = Math.toIntExact(shape.get(0)) / interleavedHeads;
    int within = stored % headSize;
    return stored - within + within % 2 * (headSize / 2) + within / 2;
  }
}
