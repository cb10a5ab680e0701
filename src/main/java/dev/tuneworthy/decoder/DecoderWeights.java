package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.Rotary;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Brings a checkpoint's tensors and the rotary tables into native memory. */
final class DecoderWeights {
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
      for (LinearLayer kind : LinearLayer.values()) {
        FrozenWeights.addInt8(
            weights, kind.weight(layer), kind.outputWidth(config), kind.inputWidth(config));
      }
    }
  }

  private static Weights expanded(Checkpoint checkpoint) {
    Map<String, FloatBuffer> expanded = new ConcurrentHashMap<>();
    checkpoint.tensorNames().parallelStream()
        .forEach(
            name -> {
              FloatBuffer target = direct(elements(checkpoint.shape(name)));
              checkpoint.readFloats(name, target);
              expanded.put(name, target.flip());
            });
    Weights weights = new Weights();
    for (String name : checkpoint.tensorNames()) {
      weights.put(name, NativeTensor.floats(expanded.get(name), checkpoint.shape(name)));
    }
    return weights;
  }

  /**
   * One tensor after the other through one buffer, so that no more than one is expanded at a time.
   */
  private static Weights packed(Checkpoint checkpoint, Precision precision) {
    Set<String> linear = linearNames(checkpoint.config());
    Set<String> rows = Set.of(DecoderGraph.EMBEDDING, DecoderGraph.HEAD);
    long largest =
        checkpoint.tensorNames().stream()
            .mapToLong(name -> elements(checkpoint.shape(name)))
            .max()
            .orElse(0);
    FloatBuffer room = direct(largest);
    Weights weights = new Weights();
    for (String name : checkpoint.tensorNames()) {
      long[] shape = checkpoint.shape(name);
      int width = (int) shape[shape.length - 1];
      boolean layer = linear.contains(name) && FrozenWeights.rounds(precision, width);
      boolean table = rows.contains(name) && FrozenWeights.roundsRows(precision, width);
      FloatBuffer matrix = layer || table ? room.clear() : direct(elements(shape));
      checkpoint.readFloats(name, matrix);
      matrix.flip();
      if (layer) {
        FrozenWeights.put(weights, precision, name, matrix, (int) shape[0], width);
      } else if (table) {
        FrozenWeights.putRows(weights, name, matrix, (int) shape[0], width);
      } else {
        weights.put(name, NativeTensor.floats(matrix, shape));
      }
    }
    return weights;
  }

  private static Set<String> linearNames(ModelConfig config) {
    return IntStream.range(0, config.layers())
        .boxed()
        .flatMap(layer -> Arrays.stream(LinearLayer.values()).map(kind -> kind.weight(layer)))
        .collect(Collectors.toSet());
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
