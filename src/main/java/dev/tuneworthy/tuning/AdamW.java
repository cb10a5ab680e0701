package dev.tuneworthy.tuning;

import java.nio.FloatBuffer;

/**
 * AdamW without weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019), preceded by clipping
 * the norm of all gradients together (Pascanu et al. 2013). Holds the moments of one training.
 */
final class AdamW {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final float[] first;
  private final float[] second;

  AdamW(int parameters) {
    this(new float[parameters], new float[parameters]);
  }

  /** Goes on from stored moments. */
  AdamW(float[] first, float[] second) {
    this.first = first;
    this.second = second;
  }

  float[] first() {
    return first;
  }

  float[] second() {
    return second;
  }

  /**
   * One update; none, and no change of the moments, where a gradient is NaN or infinite.
   *
   * @param gradients unclipped
   * @param step counted from 1
   * @return the norm of the gradients before clipping, which is finite unless one of them is not
   */
  double update(FloatBuffer parameters, float[] gradients, int step, double rate, double clipNorm) {
    double square = 0;
    for (float g : gradients) {
      square += (double) g * g;
    }
    double norm = Math.sqrt(square);
    if (!Double.isFinite(norm)) {
      return norm;
    }
    double shrink = Math.min(1, clipNorm / (norm + 1e-6));
    double correction1 = 1 - Math.pow(BETA1, step);
    double correction2 = 1 - Math.pow(BETA2, step);
    for (int i = 0; i < gradients.length; i++) {
      double g = gradients[i] * shrink;
      double m = BETA1 * first[i] + (1 - BETA1) * g;
      double v = BETA2 * second[i] + (1 - BETA2) * g * g;
      first[i] = (float) m;
      second[i] = (float) v;
      double change = rate * (m / correction1) / (Math.sqrt(v / correction2) + EPSILON);
      parameters.put(i, (float) (parameters.get(i) - change));
    }
    return norm;
  }
}
