package dev.tuneworthy.decoder;

import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * The frozen matrices [O, I] of a decoder in each {@link Precision}: how they are stored and how a
 * graph multiplies with them. The one place that knows both.
 */
final class FrozenWeights {
  /** Weights that share a scale in the packed forms. */
  static final int BLOCK = 32;

  private static final String INT8 = ".int8";
  private static final String SCALE = ".scale";
  private static final String MINIMUM = ".minimum";
  private static final String BACK = ".back";

  private FrozenWeights() {}

  /**
   * x Wᵀ, [N, O].
   *
   * @param x [N, I]
   * @param trained whether a gradient with respect to x will be wanted
   */
  static Tensor product(
      GraphBuilder graph,
      Precision precision,
      String name,
      int outputs,
      Tensor x,
      int inputs,
      boolean trained) {
    if (precision == Precision.INT8) {
      Tensor forward = graph.weight(name + INT8, DataType.INT8, inputs, outputs);
      Tensor scale = graph.weight(name + INT8 + SCALE, outputs);
      return trained
          ? graph.matMulInt8(
              x,
              forward,
              scale,
              graph.weight(name + BACK, DataType.INT8, outputs, inputs),
              graph.weight(name + BACK + SCALE, inputs))
          : graph.matMulInt8(x, forward, scale);
    }
    if (precision == Precision.Q4 && packs(inputs)) {
      Tensor packed = packedProduct(graph, name, 4, outputs, x, inputs);
      Tensor minima = graph.weight(name + MINIMUM, outputs, inputs / BLOCK);
      return graph.matMulAdd(graph.sumBlocks(x, BLOCK), minima, packed);
    }
    return graph.matMul(x, graph.weight(name, outputs, inputs), false, true, 1);
  }

  /**
   * The same without the minima of packed blocks: what is lacking is (sums of the blocks of x) ·
   * minimaᵀ, a term whose rank is {@link #minima(Precision, int)}.
   */
  static Tensor productWithoutMinima(
      GraphBuilder graph, Precision precision, String name, int outputs, Tensor x, int inputs) {
    return minima(precision, inputs) > 0
        ? packedProduct(graph, name, 4, outputs, x, inputs)
        : product(graph, precision, name, outputs, x, inputs, false);
  }

  /** How many minima a row of a linear layer's matrix has; 0 where it is not packed. */
  static int minima(Precision precision, int inputs) {
    return precision == Precision.Q4 && packs(inputs) ? inputs / BLOCK : 0;
  }

  /** The minima of a packed matrix, [O, blocks]. */
  static FloatBuffer minima(Weights weights, String name) {
    return weights.get(name + MINIMUM).floats();
  }

  /** Logits x Wᵀ [N, V] with the matrix of the head. */
  static Tensor headProduct(
      GraphBuilder graph, Precision precision, String name, int vocabulary, Tensor x, int width) {
    return roundsRows(precision, width)
        ? packedProduct(graph, name, 8, vocabulary, x, width)
        : graph.matMul(x, graph.weight(name, vocabulary, width), false, true, 1);
  }

  /** Rows of the embedding [N, D]. */
  static Tensor embedded(
      GraphBuilder graph, Precision precision, String name, int vocabulary, int width, Tensor ids) {
    if (roundsRows(precision, width)) {
      return graph.gatherBlocks(
          graph.weight(name + ".rows", DataType.UINT8, vocabulary, width),
          graph.weight(name + ".rows" + SCALE, vocabulary, width / BLOCK),
          BLOCK,
          ids);
    }
    return graph.gatherRows(graph.weight(name, vocabulary, width), ids);
  }

  private static Tensor packedProduct(
      GraphBuilder graph, String name, int bits, int outputs, Tensor x, int inputs) {
    int blocks = inputs / BLOCK;
    Tensor packed = graph.weight(name, DataType.UINT8, outputs, blocks, BLOCK * bits / 8);
    Tensor scale = graph.weight(name + SCALE, (long) outputs * blocks);
    return graph.matMulBlocks(x, bits, BLOCK, packed, scale);
  }

  /** Whether the matrix of a linear layer is held in fewer bits than float32. */
  static boolean rounds(Precision precision, int inputs) {
    return precision == Precision.INT8 || precision == Precision.Q4 && packs(inputs);
  }

  /** Whether an embedding or a head is. */
  static boolean roundsRows(Precision precision, int width) {
    return precision == Precision.Q4 && packs(width);
  }

  /** Whether rows of a length can be cut into blocks; a matrix whose rows cannot stays float32. */
  private static boolean packs(int inputs) {
    return inputs % BLOCK == 0;
  }

  // --- storing ---------------------------------------------------------------------------------

  /**
   * Stores a matrix that is rounded, from its float32 elements [O, I], which may be reused after.
   */
  static void put(
      Weights weights,
      Precision precision,
      String name,
      FloatBuffer matrix,
      int outputs,
      int inputs) {
    if (precision == Precision.INT8) {
      putInt8(weights, name + INT8, outputs, inputs, (o, i) -> matrix.get(o * inputs + i));
    } else {
      putBlocks4(weights, name, matrix, outputs, inputs);
    }
  }

  /**
   * Adds what a training in 8 bits multiplies with, where it is not there yet: the matrix, and for
   * the gradient the matrix rounded anew with a scale for each of its other axis.
   *
   * @param weights hold the matrix as float32 or in 8 bits
   */
  static void addInt8(Weights weights, String name, int outputs, int inputs) {
    if (weights.has(name + BACK)) {
      return;
    }
    if (weights.has(name)) {
      FloatBuffer matrix = weights.get(name).floats();
      put(weights, Precision.INT8, name, matrix, outputs, inputs);
      putInt8(weights, name + BACK, inputs, outputs, (i, o) -> matrix.get(o * inputs + i));
    } else {
      ByteBuffer forward = weights.get(name + INT8).bytes();
      float[] scale = new float[outputs];
      weights.get(name + INT8 + SCALE).floats().get(scale);
      putInt8(
          weights, name + BACK, inputs, outputs, (i, o) -> forward.get(i * outputs + o) * scale[o]);
    }
  }

  /** An element of a matrix whose products are by rows. */
  private interface Element {
    float at(int output, int input);
  }

  /** Rounds a matrix [O, I] to 8 bits by its rows and stores it as [I, O], as products want it. */
  private static void putInt8(
      Weights weights, String name, int outputs, int inputs, Element element) {
    ByteBuffer stored = direct((long) inputs * outputs);
    float[] scales = new float[outputs];
    IntStream.range(0, outputs)
        .parallel()
        .forEach(
            o -> {
              float most = 0;
              for (int i = 0; i < inputs; i++) {
                most = Math.max(most, Math.abs(element.at(o, i)));
              }
              float scale = most / 127;
              float steps = scale > 0 ? 1 / scale : 0;
              for (int i = 0; i < inputs; i++) {
                stored.put(i * outputs + o, (byte) Math.round(element.at(o, i) * steps));
              }
              scales[o] = scale;
            });
    weights.put(name, NativeTensor.bytes(stored, true, inputs, outputs));
    weights.put(name + SCALE, NativeTensor.floats(scales, outputs));
  }

  private static void putBlocks4(
      Weights weights, String name, FloatBuffer matrix, int outputs, int inputs) {
    int blocks = inputs / BLOCK;
    ByteBuffer packed = direct((long) outputs * inputs / 2);
    float[] scales = new float[outputs * blocks];
    float[] minima = new float[outputs * blocks];
    IntStream.range(0, outputs)
        .parallel()
        .forEach(
            o -> {
              float[] block = new float[BLOCK];
              for (int b = o * blocks; b < (o + 1) * blocks; b++) {
                matrix.get(b * BLOCK, block);
                HalfByteBlock found = HalfByteBlock.of(block);
                for (int j = 0; j < BLOCK; j += 2) {
                  int two = found.step(block[j]) | found.step(block[j + 1]) << 4;
                  packed.put((b * BLOCK + j) / 2, (byte) two);
                }
                scales[b] = found.scale();
                minima[b] = found.minimum() + 8 * found.scale();
              }
            });
    weights.put(name, NativeTensor.bytes(packed, false, outputs, blocks, BLOCK / 2));
    weights.put(name + SCALE, NativeTensor.floats(scales, scales.length));
    weights.put(name + MINIMUM, NativeTensor.floats(minima, outputs, blocks));
  }

  /**
   * A block of 32 weights as scale · q + minimum with q from 0 to 15. What GGUF's Q4_0 or Q4_1
   * expanded to is found again.
   */
  private record HalfByteBlock(float scale, float minimum) {
    static HalfByteBlock of(float[] block) {
      float low = block[0];
      float high = block[0];
      for (float w : block) {
        low = Math.min(low, w);
        high = Math.max(high, w);
      }
      float furthest = -low > high ? low : high;
      HalfByteBlock symmetric = new HalfByteBlock(Math.abs(furthest) / 8, -Math.abs(furthest));
      if (furthest > 0) {
        symmetric = new HalfByteBlock(-furthest / 8, furthest);
      }
      return symmetric.holds(block) ? symmetric : new HalfByteBlock((high - low) / 15, low);
    }

    /** Whether every weight is one of the sixteen, but for rounding of float32. */
    private boolean holds(float[] block) {
      for (float w : block) {
        int q = step(w);
        if (Math.abs(scale * q + minimum - w) > 1e-5 * Math.abs(minimum)) {
          return false;
        }
      }
      return true;
    }

    int step(float w) {
      int q = scale == 0 ? 0 : Math.round((w - minimum) / scale);
      return Math.max(0, Math.min(15, q));
    }
  }

  /** Stores an embedding or a head [V, D] that is rounded; the two may be one. */
  static void putRows(Weights weights, String name, FloatBuffer matrix, int rows, int width) {
    int blocks = width / BLOCK;
    ByteBuffer packed = direct((long) rows * width);
    FloatBuffer scales = direct(4L * rows * blocks).asFloatBuffer();
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              float[] block = new float[BLOCK];
              for (int b = row * blocks; b < (row + 1) * blocks; b++) {
                matrix.get(b * BLOCK, block);
                float most = 0;
                for (float w : block) {
                  most = Math.max(most, Math.abs(w));
                }
                float scale = most / 127;
                float steps = scale > 0 ? 1 / scale : 0;
                for (int j = 0; j < BLOCK; j++) {
                  packed.put(b * BLOCK + j, (byte) (Math.round(block[j] * steps) + 128));
                }
                scales.put(b, scale);
              }
            });
    weights.put(name, NativeTensor.bytes(packed, false, rows, blocks, BLOCK));
    weights.put(name + SCALE, NativeTensor.floats(scales, (long) rows * blocks));
    weights.put(name + ".rows", NativeTensor.bytes(packed, false, rows, width));
    weights.put(name + ".rows" + SCALE, NativeTensor.floats(scales, rows, blocks));
  }

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }
}
