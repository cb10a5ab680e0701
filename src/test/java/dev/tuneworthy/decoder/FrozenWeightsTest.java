package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import dev.tuneworthy.graph.autodiff.Backward;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import dev.tuneworthy.runtime.ProviderChoice;
import dev.tuneworthy.runtime.Weights;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Products with frozen matrices against the same arithmetic written out. */
class FrozenWeightsTest {
  private static final Device DEVICE = Device.choose(ProviderChoice.CPU, 1);
  private static final int OUTPUTS = 5;
  private static final int INPUTS = 64;
  private static final int ROWS = 3;

  /** Sums of 64 products of the same rounded numbers in another order. */
  private static final float SUMMING = 1e-5f;

  private final SplittableRandom random = new SplittableRandom(4);
  private final float[] x = numbers(ROWS * INPUTS);
  private final float[] w = numbers(OUTPUTS * INPUTS);

  @Test
  void eightBitsAreTheRoundedRowsTimesTheRoundedMatrix() {
    float[] expected = product(rounded(x, INPUTS), rounded(w, INPUTS), ROWS, OUTPUTS, INPUTS);

    assertClose(run(Precision.INT8, x), expected);
    assertThat(largestDifference(expected, product(x, w, ROWS, OUTPUTS, INPUTS)))
        .as("rounding is to be seen, or this test would show nothing")
        .isGreaterThan(100 * SUMMING);
  }

  @Test
  void aRowOfEightBitsIsTheSameInAnyCompany() {
    float[] company = x.clone();
    for (int i = INPUTS; i < company.length; i++) {
      company[i] *= 1000;
    }

    float[] alone = run(Precision.INT8, x);
    float[] beside = run(Precision.INT8, company);

    for (int o = 0; o < OUTPUTS; o++) {
      assertThat(beside[o]).isEqualTo(alone[o]);
    }
  }

  @Test
  void aRowOfZerosGivesZeros() {
    assertThat(run(Precision.INT8, new float[ROWS * INPUTS])).containsOnly(0);
    assertThat(run(Precision.Q4, new float[ROWS * INPUTS])).containsOnly(0);
  }

  @Test
  void theGradientOfEightBitsIsTheRoundedGradientTimesTheMatrixTheOtherWayRound() {
    float[] g = numbers(ROWS * OUTPUTS);
    GraphBuilder graph = new GraphBuilder();
    Tensor input = graph.input("x", DataType.FLOAT32, "N", INPUTS);
    Tensor outer = graph.input("g", DataType.FLOAT32, "N", OUTPUTS);
    Tensor y = FrozenWeights.product(graph, Precision.INT8, "w", OUTPUTS, input, INPUTS, true);
    Tensor loss = graph.sumAll(graph.multiply(y, outer));
    graph.output("dx", Backward.gradients(graph, loss, List.of(input)).get(0));

    try (Weights weights = new Weights()) {
      weights.put("w", NativeTensor.floats(w, OUTPUTS, INPUTS));
      FrozenWeights.addInt8(weights, "w", OUTPUTS, INPUTS);
      float[] found = run(graph, weights, Map.of("x", x, "g", g), "dx", ROWS * INPUTS);

      float[] turned = rounded(transposed(w, OUTPUTS, INPUTS), OUTPUTS);
      assertClose(found, product(rounded(g, OUTPUTS), turned, ROWS, INPUTS, OUTPUTS));
    }
  }

  @Test
  void aMatrixHeldInEightBitsTrainsAlmostAsOneHeldInFull() {
    try (Weights full = new Weights();
        Weights held = new Weights()) {
      full.put("w", NativeTensor.floats(w, OUTPUTS, INPUTS));
      FrozenWeights.addInt8(full, "w", OUTPUTS, INPUTS);
      FrozenWeights.put(held, Precision.INT8, "w", FloatBuffer.wrap(w), OUTPUTS, INPUTS);
      FrozenWeights.addInt8(held, "w", OUTPUTS, INPUTS);

      assertThat(held.get("w.int8").bytes()).isEqualTo(full.get("w.int8").bytes());
      ByteBuffer direct = full.get("w.back").bytes();
      ByteBuffer twice = held.get("w.back").bytes();
      for (int i = 0; i < direct.limit(); i++) {
        assertThat(twice.get(i) - direct.get(i)).as("steps of 127").isBetween(-3, 3);
      }
    }
  }

  /**
   * What GGUF's Q4_1 expands to: sixteen steps from a minimum; Q4_0: eight below zero, seven up.
   */
  @Test
  void fourBitsAreWhatTheBlocksOfACheckpointSay() {
    for (UnaryOperator<float[]> blocks :
        List.<UnaryOperator<float[]>>of(
            FrozenWeightsTest::stepsFromAMinimum, FrozenWeightsTest::stepsAroundZero)) {
      float[] stored = blocks.apply(w);
      float[] steps = new float[x.length];
      for (int i = 0; i < steps.length; i++) {
        // Rounding to 8 bits leaves whole numbers alone where the largest of a block is 127.
        steps[i] = i % 32 == 0 ? 127 : random.nextInt(-127, 128);
      }

      try (Weights weights = new Weights()) {
        FrozenWeights.put(weights, Precision.Q4, "w", FloatBuffer.wrap(stored), OUTPUTS, INPUTS);
        float[] found = run(Precision.Q4, weights, steps);

        float[] expected = product(steps, stored, ROWS, OUTPUTS, INPUTS);
        for (int i = 0; i < expected.length; i++) {
          assertThat(found[i]).isCloseTo(expected[i], within(127 * INPUTS * 1e-6f));
        }
      }
    }
  }

  @Test
  void rowsOfAnEmbeddingComeBackAsTheirBlocksSay() {
    float[] stored = new float[w.length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = (i % 32 == 0 ? 127 : random.nextInt(-127, 128)) / 512f;
    }
    GraphBuilder graph = new GraphBuilder();
    Tensor ids = graph.input("ids", DataType.INT64, "N");
    graph.output("y", FrozenWeights.embedded(graph, Precision.Q4, "w", OUTPUTS, INPUTS, ids));
    try (Weights weights = new Weights();
        OnnxSession session = session(graph, weights, stored);
        NativeTensor rows = NativeTensor.longs(new long[] {4, 1}, 2);
        NativeTensor found = session.run(Map.of("ids", rows), Set.of("y")).get("y")) {
      FloatBuffer y = found.floats();
      for (int i = 0; i < INPUTS; i++) {
        assertThat(y.get(i)).isCloseTo(stored[4 * INPUTS + i], within(1e-7f));
        assertThat(y.get(INPUTS + i)).isCloseTo(stored[INPUTS + i], within(1e-7f));
      }
    }
  }

  private static OnnxSession session(GraphBuilder graph, Weights weights, float[] stored) {
    FrozenWeights.putRows(weights, "w", FloatBuffer.wrap(stored), OUTPUTS, INPUTS);
    return new OnnxSession(graph.build(), weights, DEVICE, Map.of());
  }

  private static float[] stepsFromAMinimum(float[] any) {
    float[] stored = new float[any.length];
    for (int i = 0; i < stored.length; i++) {
      int block = i / 32;
      int q = i % 32 == 0 ? 0 : i % 32 == 1 ? 15 : Math.floorMod((int) (any[i] * 1000), 16);
      stored[i] = (block % 3 + 1) / 64f * q - 3f / 64 * (block % 2);
    }
    return stored;
  }

  private static float[] stepsAroundZero(float[] any) {
    float[] stored = new float[any.length];
    for (int i = 0; i < stored.length; i++) {
      int sign = i / 32 % 2 == 0 ? 1 : -1;
      int q = i % 32 == 0 ? 0 : 1 + Math.floorMod((int) (any[i] * 1000), 12);
      stored[i] = sign * (i / 32 % 3 + 1) / 64f * (q - 8);
    }
    return stored;
  }

  private float[] run(Precision precision, float[] rows) {
    try (Weights weights = new Weights()) {
      FrozenWeights.put(weights, precision, "w", FloatBuffer.wrap(w), OUTPUTS, INPUTS);
      return run(precision, weights, rows);
    }
  }

  private static float[] run(Precision precision, Weights weights, float[] rows) {
    GraphBuilder graph = new GraphBuilder();
    Tensor input = graph.input("x", DataType.FLOAT32, "N", INPUTS);
    graph.output("y", FrozenWeights.product(graph, precision, "w", OUTPUTS, input, INPUTS, false));
    return run(graph, weights, Map.of("x", rows), "y", ROWS * OUTPUTS);
  }

  private static float[] run(
      GraphBuilder graph, Weights weights, Map<String, float[]> given, String wanted, int size) {
    Map<String, NativeTensor> feeds = new HashMap<>();
    given.forEach(
        (name, values) -> feeds.put(name, NativeTensor.floats(values, ROWS, values.length / ROWS)));
    try (OnnxSession session = new OnnxSession(graph.build(), weights, DEVICE, Map.of());
        NativeTensor found = session.run(feeds, Set.of(wanted)).get(wanted)) {
      float[] result = new float[size];
      found.floats().get(result);
      return result;
    } finally {
      feeds.values().forEach(NativeTensor::close);
    }
  }

  /** Each row as a multiple of a 127th of its largest magnitude. */
  private static float[] rounded(float[] values, int width) {
    float[] result = new float[values.length];
    for (int from = 0; from < values.length; from += width) {
      float most = 0;
      for (int i = from; i < from + width; i++) {
        most = Math.max(most, Math.abs(values[i]));
      }
      for (int i = from; i < from + width; i++) {
        result[i] = (float) Math.rint(values[i] / (most / 127)) * (most / 127);
      }
    }
    return result;
  }

  /** a [n, k] times b [m, k] transposed. */
  private static float[] product(float[] a, float[] b, int n, int m, int k) {
    float[] result = new float[n * m];
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < m; column++) {
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum += (double) a[row * k + i] * b[column * k + i];
        }
        result[row * m + column] = (float) sum;
      }
    }
    return result;
  }

  private static float[] transposed(float[] matrix, int rows, int columns) {
    float[] result = new float[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      result[i % columns * rows + i / columns] = matrix[i];
    }
    return result;
  }

  private float[] numbers(int count) {
    float[] result = new float[count];
    for (int i = 0; i < count; i++) {
      result[i] = (float) random.nextGaussian() / 8;
    }
    return result;
  }

  private static void assertClose(float[] found, float[] expected) {
    assertThat(largestDifference(found, expected)).isLessThan(SUMMING);
  }

  private static float largestDifference(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    float largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
