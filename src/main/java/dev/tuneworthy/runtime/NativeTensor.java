package dev.tuneworthy.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * A tensor in native memory: what goes into a run and what comes out, so that a result can be fed
 * again without a copy. Whoever made it or received it closes it.
 */
public final class NativeTensor implements AutoCloseable {
  private final OnnxTensor tensor;

  private NativeTensor(OnnxTensor tensor) {
    this.tensor = tensor;
  }

  /** float32 elements in row-major order; copied. */
  public static NativeTensor floats(float[] values, long... shape) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(4, values.length))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    buffer.put(values).flip();
    return floats(buffer, shape);
  }

  /**
   * float32 elements of a direct buffer in native order, which must not change while this lives.
   */
  public static NativeTensor floats(FloatBuffer direct, long... shape) {
    try {
      return new NativeTensor(OnnxTensor.createTensor(Device.environment(), direct, shape));
    } catch (OrtException e) {
      throw EngineThread.failed("a tensor could not be made", e);
    }
  }

  /** int64 elements in row-major order; copied. */
  public static NativeTensor longs(long[] values, long... shape) {
    LongBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(8, values.length))
            .order(ByteOrder.nativeOrder())
            .asLongBuffer();
    buffer.put(values).flip();
    try {
      return new NativeTensor(OnnxTensor.createTensor(Device.environment(), buffer, shape));
    } catch (OrtException e) {
      throw EngineThread.failed("a tensor could not be made", e);
    }
  }

  /** int32 elements in row-major order; copied. */
  public static NativeTensor ints(int[] values, long... shape) {
    IntBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(4, values.length))
            .order(ByteOrder.nativeOrder())
            .asIntBuffer();
    buffer.put(values).flip();
    try {
      return new NativeTensor(OnnxTensor.createTensor(Device.environment(), buffer, shape));
    } catch (OrtException e) {
      throw EngineThread.failed("a tensor could not be made", e);
    }
  }

  /**
   * Elements of 8 bits of a direct buffer, which must not change while this lives.
   *
   * @param signed int8 if so, else uint8
   */
  public static NativeTensor bytes(ByteBuffer direct, boolean signed, long... shape) {
    OnnxJavaType type = signed ? OnnxJavaType.INT8 : OnnxJavaType.UINT8;
    try {
      return new NativeTensor(OnnxTensor.createTensor(Device.environment(), direct, shape, type));
    } catch (OrtException e) {
      throw EngineThread.failed("a tensor could not be made", e);
    }
  }

  static NativeTensor of(OnnxValue value) {
    return new NativeTensor((OnnxTensor) value);
  }

  /** The float32 elements in row-major order; a copy. */
  public FloatBuffer floats() {
    return tensor.getFloatBuffer();
  }

  /** The elements of 8 bits in row-major order; a copy. */
  public ByteBuffer bytes() {
    return tensor.getByteBuffer();
  }

  /** The int64 elements in row-major order; a copy. */
  public LongBuffer longs() {
    return tensor.getLongBuffer();
  }

  public long[] shape() {
    return tensor.getInfo().getShape();
  }

  OnnxTensor tensor() {
    return tensor;
  }

  @Override
  public void close() {
    tensor.close();
  }
}
