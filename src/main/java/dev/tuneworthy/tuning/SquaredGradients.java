package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.Adapter;
import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.decoder.DecoderGraph;
import dev.tuneworthy.decoder.DecoderGraph.LinearTensors;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import dev.tuneworthy.graph.autodiff.Backward;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import dev.tuneworthy.runtime.Weights;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Adds up the squared gradient of each example's log-likelihood with respect to every linear weight
 * W [O, I]. Of one example, not of a batch: the square of a sum over examples is something else.
 * The gradient of a layer is δᵀ x of the factors that one backward pass yields, squared and added
 * layer by layer, so that no second copy of all gradients is ever held. Owns its memory.
 */
final class SquaredGradients implements AutoCloseable {
  private static final String INPUT = "input of ";
  private static final String DELTA = "gradient at ";
  private static final String SUM = "sum";
  private static final String NEXT = "next";

  private final OptionalInt window;
  private final Adapter none;
  private final OnnxSession factors;
  private final OnnxSession squares;
  private final Weights noWeights = new Weights();

  /** Name of each weight, and of the output that holds its layer's input. */
  private final Map<String, String> inputOf = new LinkedHashMap<>();

  private final Set<String> wanted = new LinkedHashSet<>();
  private final Map<String, NativeTensor> sums = new HashMap<>();
  private int examples;

  SquaredGradients(Decoder decoder) {
    DecoderGraph.Sensitivity forward =
        DecoderGraph.sensitivity(decoder.config(), decoder.precision());
    GraphBuilder graph = forward.graph();
    List<LinearTensors> linears = forward.linears();
    List<Tensor> gradients =
        Backward.gradients(
            graph, forward.loss(), linears.stream().map(LinearTensors::product).toList());
    Map<Tensor, String> inputs = new HashMap<>();
    for (int i = 0; i < linears.size(); i++) {
      LinearTensors linear = linears.get(i);
      String weight = linear.kind().weight(linear.layer());
      graph.output(DELTA + weight, gradients.get(i));
      // Queries, keys and values are given the same rows, and so are the gate and its partner.
      String input = inputs.computeIfAbsent(linear.input(), x -> INPUT + weight);
      if (input.equals(INPUT + weight)) {
        graph.output(input, linear.input());
      }
      inputOf.put(weight, input);
      wanted.add(DELTA + weight);
      wanted.add(input);
    }
    window = decoder.config().slides() ? decoder.config().window() : OptionalInt.empty();
    none = Adapter.none(decoder.config());
    factors =
        new OnnxSession(
            graph.build(),
            decoder.trainingWeights(decoder.precision()),
            decoder.device(),
            Map.of());
    squares = new OnnxSession(squares().build(), noWeights, decoder.device(), Map.of());
  }

  /** sum [O, I], δ [N, O], x [N, I] → sum + (δᵀ x)². */
  private static GraphBuilder squares() {
    GraphBuilder graph = new GraphBuilder();
    Tensor sum = graph.input(SUM, DataType.FLOAT32, "O", "I");
    Tensor delta = graph.input(DELTA, DataType.FLOAT32, "N", "O");
    Tensor x = graph.input(INPUT, DataType.FLOAT32, "N", "I");
    Tensor gradient = graph.matMul(delta, x, true, false, 1);
    graph.output(NEXT, graph.add(sum, graph.multiply(gradient, gradient)));
    return graph;
  }

  /** Adds one example. */
  void add(EncodedExample example) {
    Map<String, NativeTensor> feeds = TrainingBatch.summed(example).feeds(window);
    Map<String, NativeTensor> own = new HashMap<>(feeds);
    feeds.putAll(none.feeds());
    Map<String, NativeTensor> out = Map.of();
    try {
      out = factors.run(feeds, wanted);
      for (Map.Entry<String, String> linear : inputOf.entrySet()) {
        String weight = linear.getKey();
        accumulate(weight, out.get(DELTA + weight), out.get(linear.getValue()));
      }
      examples++;
    } finally {
      out.values().forEach(NativeTensor::close);
      own.values().forEach(NativeTensor::close);
    }
  }

  private void accumulate(String weight, NativeTensor delta, NativeTensor input) {
    NativeTensor before =
        sums.computeIfAbsent(weight, w -> zeros(delta.shape()[1], input.shape()[1]));
    Map<String, NativeTensor> feeds = Map.of(SUM, before, DELTA, delta, INPUT, input);
    sums.put(weight, squares.run(feeds, Set.of(NEXT)).get(NEXT));
    before.close();
  }

  private static NativeTensor zeros(long rows, long columns) {
    return NativeTensor.floats(new float[Math.toIntExact(rows * columns)], rows, columns);
  }

  /** Σ over the examples so far of the squared gradient, [O, I]; a copy. */
  FloatBuffer of(String weight) {
    return sums.get(weight).floats();
  }

  /** Mean over all weights of the sums. */
  double mean() {
    double sum = 0;
    long elements = 0;
    for (NativeTensor values : sums.values()) {
      FloatBuffer buffer = values.floats();
      for (int i = 0; i < buffer.limit(); i++) {
        sum += buffer.get(i);
      }
      elements += buffer.limit();
    }
    return sum / elements;
  }

  int examples() {
    return examples;
  }

  @Override
  public void close() {
    sums.values().forEach(NativeTensor::close);
    squares.close();
    factors.close();
    noWeights.close();
    none.close();
  }
}
