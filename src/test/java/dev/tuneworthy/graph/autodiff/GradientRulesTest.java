package dev.tuneworthy.graph.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Tensor;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import dev.tuneworthy.runtime.ProviderChoice;
import dev.tuneworthy.runtime.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule of the table against central differences, on the runtime that trains. */
class GradientRulesTest {
  private static final Device DEVICE = Device.choose(ProviderChoice.CPU, 1);

  /** Half the width of a central difference: balances its own error against float32's rounding. */
  private static final float STEP = 4e-3f;

  /** About STEP² times a third derivative near 1, plus rounding of the loss divided by STEP. */
  private static final double TOLERANCE = 3e-3;

  /**
   * A graph from parameters x [3, 4] and y [3, 4] to some tensor, whose weighted sum is the loss.
   */
  private interface Case extends Function<Inputs, Tensor> {}

  private record Inputs(GraphBuilder graph, Tensor x, Tensor y, Weights weights) {
    Tensor weight(String name, float[] values, long... shape) {
      weights.put(name, NativeTensor.floats(values, shape));
      Object[] axes = new Object[shape.length];
      for (int i = 0; i < axes.length; i++) {
        axes[i] = shape[i];
      }
      return graph.weight(name, axes);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRuleAgreesWithCentralDifferences() {
    Map<String, Case> cases = new LinkedHashMap<>();
    for (boolean transposeA : new boolean[] {false, true}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        cases.put(
            "MatMul a" + (transposeA ? "ᵀ" : "") + " b" + (transposeB ? "ᵀ" : ""),
            in -> matMul(in, transposeA, transposeB));
      }
    }
    cases.put("MatMulAdd", in -> matMulAdd(in));
    cases.put("Add", in -> in.graph().add(in.x(), in.y()));
    cases.put("Subtract", in -> in.graph().subtract(in.x(), in.y()));
    cases.put("Exp", in -> in.graph().exp(in.graph().multiply(in.x(), in.y())));
    cases.put("KL(base ‖ tuned)", in -> divergence(in));
    cases.put("Multiply", in -> in.graph().multiply(in.x(), in.y()));
    cases.put("Negate", in -> in.graph().negate(in.graph().multiply(in.x(), in.y())));
    cases.put("Silu", in -> in.graph().silu(in.graph().add(in.x(), in.y())));
    cases.put("GeluTanh", in -> in.graph().geluTanh(in.graph().add(in.x(), in.y())));
    cases.put("Softmax", in -> in.graph().softmax(in.graph().add(in.x(), in.y())));
    cases.put("LogSoftmax", in -> in.graph().logSoftmax(in.graph().add(in.x(), in.y())));
    cases.put("RmsNorm", in -> rmsNorm(in));
    cases.put("RmsNorm by head", in -> headNorm(in));
    cases.put("Rotary", in -> rotary(in));
    cases.put("Reshape", in -> reshape(in));
    cases.put("Transpose", in -> in.graph().transpose(in.graph().multiply(in.x(), in.y()), 1, 0));
    cases.put("Concat", in -> in.graph().silu(in.graph().concat(0, 6, in.x(), in.y())));
    cases.put("Split, one part reaching the loss", in -> split(in));
    cases.put("GatherRows", in -> gatherRows(in));
    cases.put("Pick", in -> pick(in));
    cases.put("Sum", in -> in.graph().multiply(in.graph().sumLast(in.x()), ones(in, 3, 1)));
    return cases.entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())));
  }

  @Test
  void aGradientThroughABroadcastParameterIsRefused() {
    GraphBuilder graph = new GraphBuilder();
    Tensor x = graph.input("x", DataType.FLOAT32, 3, 4);
    Tensor narrow = graph.input("narrow", DataType.FLOAT32, 4);
    Tensor loss = graph.sumAll(graph.multiply(x, narrow));
    assertThatThrownBy(() -> Backward.gradients(graph, loss, List.of(narrow)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be frozen");
  }

  @Test
  void aParameterThatTheLossDoesNotDependOnIsNamed() {
    GraphBuilder graph = new GraphBuilder();
    Tensor x = graph.input("x", DataType.FLOAT32, 3, 4);
    Tensor lonely = graph.input("lonely", DataType.FLOAT32, 3, 4);
    Tensor loss = graph.sumAll(graph.silu(x));
    assertThatThrownBy(() -> Backward.gradients(graph, loss, List.of(x, lonely)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lonely");
  }

  private static Tensor matMul(Inputs in, boolean transposeA, boolean transposeB) {
    Tensor b = transposeA == transposeB ? in.graph().transpose(in.y(), 1, 0) : in.y();
    return in.graph().matMul(in.x(), b, transposeA, transposeB, 0.5);
  }

  private static Tensor matMulAdd(Inputs in) {
    Tensor square = in.graph().matMul(in.x(), in.y(), false, true, 1);
    return in.graph().matMulAdd(in.x(), in.y(), square);
  }

  /** Σ p (log p − log softmax(x + y)) of each row, with p frozen. */
  private static Tensor divergence(Inputs in) {
    GraphBuilder graph = in.graph();
    float[] shares = {0.4f, 0.2f, 0.1f, 0.3f, 0.1f, 0.6f, 0.2f, 0.1f, 0.25f, 0.25f, 0.3f, 0.2f};
    float[] logarithms = new float[shares.length];
    for (int i = 0; i < shares.length; i++) {
      logarithms[i] = (float) Math.log(shares[i]);
    }
    Tensor base = in.weight("base", logarithms, 3, 4);
    Tensor tuned = graph.logSoftmax(graph.add(in.x(), in.y()));
    return graph.sumLast(
        graph.multiply(in.weight("shares", shares, 3, 4), graph.subtract(base, tuned)));
  }

  private static Tensor rmsNorm(Inputs in) {
    Tensor weight = in.weight("norm", new float[] {0.5f, -1, 2, 1.5f}, 4);
    return in.graph().rmsNorm(in.graph().add(in.x(), in.y()), weight, 1e-5);
  }

  /** Two heads of size 2 in each row, normed by themselves. */
  private static Tensor headNorm(Inputs in) {
    GraphBuilder graph = in.graph();
    Tensor weight = in.weight("norm", new float[] {0.5f, -1}, 2);
    Tensor sum = graph.add(in.x(), in.y());
    Tensor byHead = graph.reshape(sum, graph.integers(-1, 2, 2), Shape.of(3, 2, 2));
    // An epsilon of the order of the squares keeps third derivatives small where a head is near 0.
    Tensor normed = graph.rmsNorm(byHead, weight, 0.5);
    return graph.reshape(normed, graph.integers(-1, 4), Shape.of(3, 4));
  }

  /** One head of size 4 turned by the angles of positions 2, 0, 5. */
  private static Tensor rotary(Inputs in) {
    float[] cos = new float[16];
    float[] sin = new float[16];
    float[] minus = new float[16];
    for (int p = 0; p < 8; p++) {
      for (int i = 0; i < 2; i++) {
        double angle = p * Math.pow(10, -i);
        cos[2 * p + i] = (float) Math.cos(angle);
        sin[2 * p + i] = (float) Math.sin(angle);
        minus[2 * p + i] = (float) -Math.sin(angle);
      }
    }
    GraphBuilder graph = in.graph();
    Tensor wide =
        graph.reshape(graph.add(in.x(), in.y()), graph.integers(1, 3, 4), Shape.of(1, 3, 4));
    Tensor positions = graph.reshape(graph.integers(2, 0, 5), graph.integers(1, 3), Shape.of(1, 3));
    return graph.rotary(
        wide,
        positions,
        in.weight("cos", cos, 8, 2),
        in.weight("sin", sin, 8, 2),
        in.weight("minus", minus, 8, 2),
        1);
  }

  private static Tensor reshape(Inputs in) {
    GraphBuilder graph = in.graph();
    return graph.reshape(graph.multiply(in.x(), in.y()), graph.integers(2, 6), Shape.of(2, 6));
  }

  private static Tensor split(Inputs in) {
    GraphBuilder graph = in.graph();
    Tensor product = graph.multiply(in.x(), in.y());
    return graph.split(product, 1, graph.integers(1, 3), 1, 3).get(1);
  }

  private static Tensor gatherRows(Inputs in) {
    GraphBuilder graph = in.graph();
    return graph.gatherRows(graph.multiply(in.x(), in.y()), graph.integers(2, 0));
  }

  private static Tensor pick(Inputs in) {
    GraphBuilder graph = in.graph();
    Tensor at = graph.reshape(graph.integers(0, 1, 2, 3), graph.integers(2, 2), Shape.of(2, 2));
    return graph.pick(graph.multiply(in.x(), in.y()), at);
  }

  private static Tensor ones(Inputs in, long... shape) {
    float[] values = new float[(int) (shape[0] * shape[1])];
    Arrays.fill(values, 1);
    return in.weight("ones", values, shape);
  }

  private static void check(Case made) {
    try (Weights weights = new Weights()) {
      GraphBuilder graph = new GraphBuilder();
      Tensor x = graph.input("x", DataType.FLOAT32, 3, 4);
      Tensor y = graph.input("y", DataType.FLOAT32, 3, 4);
      Tensor result = made.apply(new Inputs(graph, x, y, weights));
      // Different weights for each element: a sum would hide errors that cancel.
      Tensor seeds = graph.input("seeds", DataType.FLOAT32, result.shape().axes().toArray());
      Tensor loss = graph.sumAll(graph.multiply(result, seeds));
      graph.output("loss", loss);
      List<Tensor> parameters = depends(graph, y) ? List.of(x, y) : List.of(x);
      List<Tensor> gradients = Backward.gradients(graph, loss, parameters);
      for (int i = 0; i < parameters.size(); i++) {
        graph.output("d" + parameters.get(i).name(), gradients.get(i));
      }
      try (OnnxSession session = new OnnxSession(graph.build(), weights, DEVICE, Map.of())) {
        compare(session, seeds, parameters);
      }
    }
  }

  private static boolean depends(GraphBuilder graph, Tensor input) {
    return graph.nodes().stream().anyMatch(node -> node.inputs().contains(input));
  }

  private static void compare(OnnxSession session, Tensor seeds, List<Tensor> parameters) {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, float[]> values = new HashMap<>();
    for (String name : List.of("x", "y")) {
      values.put(name, draw(random, 12));
    }
    long[] shape =
        seeds.shape().axes().stream().mapToLong(axis -> Long.parseLong(axis.toString())).toArray();
    int size = 1;
    for (long length : shape) {
      size *= (int) length;
    }
    float[] weights = draw(random, size);
    for (Tensor parameter : parameters) {
      float[] gradient = run(session, values, weights, shape, "d" + parameter.name());
      for (int i = 0; i < 12; i++) {
        double numeric = difference(session, values, weights, shape, parameter.name(), i);
        assertThat((double) gradient[i])
            .as("d%s[%d]", parameter.name(), i)
            .isCloseTo(numeric, within(TOLERANCE * (1 + Math.abs(numeric))));
      }
    }
  }

  private static double difference(
      OnnxSession session,
      Map<String, float[]> values,
      float[] weights,
      long[] shape,
      String name,
      int index) {
    float[] at = values.get(name);
    float before = at[index];
    at[index] = before + STEP;
    double up = run(session, values, weights, shape, "loss")[0];
    at[index] = before - STEP;
    double down = run(session, values, weights, shape, "loss")[0];
    at[index] = before;
    return (up - down) / (2 * STEP);
  }

  private static float[] run(
      OnnxSession session,
      Map<String, float[]> values,
      float[] weights,
      long[] shape,
      String wanted) {
    List<NativeTensor> made = new ArrayList<>();
    Map<String, NativeTensor> feeds = new HashMap<>();
    values.forEach((name, array) -> feeds.put(name, NativeTensor.floats(array, 3, 4)));
    feeds.put("seeds", NativeTensor.floats(weights, shape));
    made.addAll(feeds.values());
    Map<String, NativeTensor> out = session.run(feeds, Set.of(wanted));
    made.addAll(out.values());
    var buffer = out.get(wanted).floats();
    float[] result = new float[buffer.remaining()];
    buffer.get(result);
    made.forEach(NativeTensor::close);
    return result;
  }

  private static float[] draw(SplittableRandom random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }
}
