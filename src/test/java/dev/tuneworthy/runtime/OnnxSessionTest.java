package dev.tuneworthy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Whether ONNX Runtime multiplies with the weights it was given or with a copy shows when their
 * memory changes after the session was made, which only a test does.
 */
class OnnxSessionTest {
  private static final int WIDTH = 16;
  private static final Device DEVICE = Device.choose(ProviderChoice.CPU, 1);

  private final FloatBuffer memory =
      ByteBuffer.allocateDirect(4 * WIDTH * WIDTH).order(ByteOrder.nativeOrder()).asFloatBuffer();

  @Test
  void multipliesWithAWeightAsItIsWhereToldTo() {
    assertThat(sumAfterChange(weight -> true, Map.of())).isEqualTo(2 * WIDTH);
  }

  @Test
  void multipliesWithEveryWeightAsItIsWherePackingIsOff() {
    assertThat(sumAfterChange(weight -> false, OnnxSession.WEIGHTS_AS_THEY_ARE))
        .isEqualTo(2 * WIDTH);
  }

  @Test
  void packsAWeightOtherwise() {
    assertThat(sumAfterChange(weight -> weight.equals("another"), Map.of())).isEqualTo(WIDTH);
  }

  /** The first element of ones times a weight of ones that became twos. */
  private float sumAfterChange(Predicate<String> asTheyAre, Map<String, String> settings) {
    fill(1);
    GraphBuilder graph = new GraphBuilder();
    Tensor x = graph.input("x", DataType.FLOAT32, "N", WIDTH);
    graph.output("y", graph.matMul(x, graph.weight("w", WIDTH, WIDTH), false, true, 1));
    try (Weights weights = new Weights()) {
      weights.put("w", NativeTensor.floats(memory, WIDTH, WIDTH));
      float[] ones = new float[2 * WIDTH];
      Arrays.fill(ones, 1);
      try (OnnxSession session =
              new OnnxSession(graph.build(), weights, DEVICE, settings, asTheyAre);
          NativeTensor rows = NativeTensor.floats(ones, 2, WIDTH)) {
        fill(2);
        try (NativeTensor y = session.run(Map.of("x", rows), Set.of("y")).get("y")) {
          return y.floats().get(0);
        }
      }
    }
  }

  private void fill(float value) {
    for (int i = 0; i < memory.capacity(); i++) {
      memory.put(i, value);
    }
  }
}
