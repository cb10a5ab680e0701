package dev.tuneworthy.checkpoint;

import java.nio.FloatBuffer;

/**
 * The low-rank update of one linear layer: y = x·Wᵀ + scale · (x·Aᵀ)·Bᵀ. Immutable: the values are
 * copied in and handed out read-only.
 */
public final class LoraWeights {
  private final int rank;
  private final int in;
  private final int out;
  private final double alpha;
  private final float[] a;
  private final float[] b;

  private LoraWeights(int rank, int in, int out, double alpha, float[] a, float[] b) {
    this.rank = rank;
    this.in = in;
    this.out = out;
    this.alpha = alpha;
    this.a = a;
    this.b = b;
  }

  /**
   * Copies the remaining values of both buffers.
   *
   * @param rank R, at least 1
   * @param alpha numerator of the scale
   * @param a [R, in], row-major
   * @param b [out, R], row-major
   */
  public static LoraWeights copyOf(
      int rank, int in, int out, double alpha, FloatBuffer a, FloatBuffer b) {
    if (rank < 1 || in < 1 || out < 1 || !Double.isFinite(alpha)) {
      throw new IllegalArgumentException(
          "rank " + rank + ", in " + in + ", out " + out + ", alpha " + alpha);
    }
    return new LoraWeights(
        rank, in, out, alpha, copy("A", a, (long) rank * in), copy("B", b, (long) out * rank));
  }

  private static float[] copy(String name, FloatBuffer from, long expected) {
    if (from.remaining() != expected) {
      throw new IllegalArgumentException(
          name + " has " + from.remaining() + " values, not " + expected);
    }
    float[] values = new float[from.remaining()];
    from.duplicate().get(values);
    return values;
  }

  public int rank() {
    return rank;
  }

  public int in() {
    return in;
  }

  public int out() {
    return out;
  }

  public double alpha() {
    return alpha;
  }

  /** A, [R, in], read-only from position 0. */
  public FloatBuffer a() {
    return FloatBuffer.wrap(a).asReadOnlyBuffer();
  }

  /** B, [out, R], read-only from position 0. */
  public FloatBuffer b() {
    return FloatBuffer.wrap(b).asReadOnlyBuffer();
  }
}
