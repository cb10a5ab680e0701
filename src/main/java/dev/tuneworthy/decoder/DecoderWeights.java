package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Brings a checkpoint's tensors and the rotary tables into native memory, as float32. */
final class DecoderWeights {
  private DecoderWeights() {}

  /** All weights of a checkpoint; the caller closes them. */
  static Weights load(Checkpoint checkpoint) {
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
    addRotaryTables(weights, checkpoint.config());
    return weights;
  }

  /**
   * Angles position · θ^(−2i/d) for i &lt; d/2 (Su et al. 2021), as cosines, sines, negated sines.
   */
  private static void addRotaryTables(Weights weights, ModelConfig config) {
    int half = config.headSize() / 2;
    int rows = DecoderGraph.ropeRows(config);
    FloatBuffer cos = direct((long) rows * half);
    FloatBuffer sin = direct((long) rows * half);
    FloatBuffer minusSin = direct((long) rows * half);
    for (int position = 0; position < rows; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * Math.pow(config.ropeTheta(), -2.0 * i / config.headSize());
        cos.put((float) Math.cos(angle));
        sin.put((float) Math.sin(angle));
        minusSin.put((float) -Math.sin(angle));
      }
    }
    weights.put(DecoderGraph.ROPE_COS, NativeTensor.floats(cos.flip(), rows, half));
    weights.put(DecoderGraph.ROPE_SIN, NativeTensor.floats(sin.flip(), rows, half));
    weights.put(DecoderGraph.ROPE_MINUS_SIN, NativeTensor.floats(minusSin.flip(), rows, half));
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
