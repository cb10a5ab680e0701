package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.Rotary;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Brings a checkpoint's tensors and the rotary tables into native memory. */
final class DecoderWeights {
  private static final String NORM = "norm.weight";

  private DecoderWeights() {}

  /** All weights of a checkpoint; the caller closes them. */
  static Weights load(Checkpoint checkpoint, Precision precision) {
    Weights weights =
        precision == Precision.FLOAT32 ? expanded(checkpoint) : packed(checkpoint, precision);
    addRotaryTables(weights, checkpoint.config());
    return weights;
  }

  /** Adds what a training in 8 bits multiplies with, if it is not there yet. */
  static void addInt8(Weights weights, ModelConfig config) {
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearGroup group : LinearGroup.values()) {
        FrozenWeights.addInt8(
            weights, group.weight(layer), group.outputWidth(config), group.inputWidth(config));
      }
    }
  }

  /**
   * A matrix of the graph and the tensors of the checkpoint that lie in it, one after the other.
   */
  private record Matrix(String name, List<String> parts, long[] shape) {
    static List<Matrix> of(Checkpoint checkpoint) {
      List<Matrix> matrices = new ArrayList<>();
      Set<String> stacked = new HashSet<>();
      ModelConfig config = checkpoint.config();
      for (int layer = 0; layer < config.layers(); layer++) {
        for (LinearGroup group : LinearGroup.values()) {
          List<String> parts = parts(group, layer);
          stacked.addAll(parts);
          long[] shape = {group.outputWidth(config), group.inputWidth(config)};
          matrices.add(new Matrix(group.weight(layer), parts, shape));
        }
      }
      for (String name : checkpoint.tensorNames()) {
        if (!stacked.contains(name)) {
          matrices.add(new Matrix(name, List.of(name), checkpoint.shape(name)));
        }
      }
      return matrices;
    }

    private static List<String> parts(LinearGroup group, int layer) {
      return group.members().stream().map(member -> member.weight(layer)).toList();
    }

    long elements() {
      return DecoderWeights.elements(shape);
    }

    int width() {
      return Math.toIntExact(shape[shape.length - 1]);
    }

    boolean linear() {
      return !parts.equals(List.of(name));
    }

    /** Fills a buffer from its start and flips it. */
    void read(Checkpoint checkpoint, FloatBuffer target) {
      for (String part : parts) {
        checkpoint.readFloats(part, target);
      }
      target.flip();
      if (name.endsWith(NORM)) {
        shift(target, (float) checkpoint.config().design().normOffset());
      }
    }
  }

  /** Some families hold a norm's weights less one. */
  private static void shift(FloatBuffer weights, float offset) {
    for (int i = 0; i < weights.limit(); i++) {
      weights.put(i, weights.get(i) + offset);
    }
  }

  private static Weights expanded(Checkpoint checkpoint) {
    List<Matrix> matrices = Matrix.of(checkpoint);
    Map<String, FloatBuffer> expanded = new ConcurrentHashMap<>();
    matrices.parallelStream()
        .forEach(
            matrix -> {
              FloatBuffer target = direct(matrix.elements());
              matrix.read(checkpoint, target);
              expanded.put(matrix.name(), target);
            });
    Weights weights = new Weights();
    for (Matrix matrix : matrices) {
      weights.put(matrix.name(), NativeTensor.floats(expanded.get(matrix.name()), matrix.shape()));
    }
    return weights;
  }

  /**
   * One matrix after the other through one buffer, so that no more than one is expanded at a time.
   */
  private static Weights packed(Checkpoint checkpoint, Precision precision) {
    List<Matrix> matrices = Matrix.of(checkpoint);
    Set<String> tables = Set.of(DecoderGraph.EMBEDDING, DecoderGraph.HEAD);
    FloatBuffer room = direct(matrices.stream().mapToLong(Matrix::elements).max().orElse(0));
    Weights weights = new Weights();
    for (Matrix matrix : matrices) {
      String name = matrix.name();
      int width = matrix.width();
      boolean layer = matrix.linear() && FrozenWeights.rounds(precision, width);
      boolean table = tables.contains(name) && FrozenWeights.roundsRows(precision, width);
      FloatBuffer elements = layer || table ? room.clear() : direct(matrix.elements());
      matrix.read(checkpoint, elements);
      int rows = Math.toIntExact(matrix.shape()[0]);
      if (layer) {
        FrozenWeights.put(weights, precision, name, elements, rows, width);
      } else if (table) {
        FrozenWeights.putRows(weights, name, elements, rows, width);
      } else {
        weights.put(name, NativeTensor.floats(elements, matrix.shape()));
      }
    }
    return weights;
  }

  /** The angles of each rotary embedding at each position: cosines, sines, negated sines. */
  private static void addRotaryTables(Weights weights, ModelConfig config) {
    for (int index = 0; index < config.rotaries().size(); index++) {
      Rotary rotary = config.rotaries().get(index);
      weights.put(DecoderGraph.ropeCos(index), table(config, rotary, Math::cos));
      weights.put(DecoderGraph.ropeSin(index), table(config, rotary, Math::sin));
      weights.put(DecoderGraph.ropeMinusSin(index), table(config, rotary, a -> -Math.sin(a)));
    }
  }

  private static NativeTensor table(
      ModelConfig config, Rotary rotary, DoubleUnaryOperator function) {
    int half = config.headSize() / 2;
    int rows = DecoderGraph.ropeRows(config);
    FloatBuffer table = direct((long) rows * half);
    IntStream.range(0, half)
        .parallel()
        .forEach(
            i -> {
              double frequency = rotary.frequency(i, config.headSize());
              for (int position = 0; position < rows; position++) {
                double angle = position * frequency;
                table.put(position * half + i, (float) function.applyAsDouble(angle));
              }
            });
    return NativeTensor.floats(table, rows, half);
  }

  private static FloatBuffer direct(long elements) {
    return ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(4, elements)))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static long elements(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }
}
