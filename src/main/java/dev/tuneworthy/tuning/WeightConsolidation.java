package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.decoder.LinearLayer;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import dev.tuneworthy.runtime.Weights;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Elastic weight consolidation in full weight space (Kirkpatrick et al. 2017): the penalty (λ/2) Σ
 * F (ΔW)² over every adapted linear layer, with ΔW = s·B·A, s = α/r and F the Fisher information of
 * the frozen weights. In full weight space, because with B = 0 at the start a Fisher information of
 * the factors would leave A unprotected. With M = λ s² F ⊙ (B A):
 *
 * <ul>
 *   <li>gradient with respect to A [R, I]: Bᵀ M
 *   <li>gradient with respect to B [O, R]: M Aᵀ
 *   <li>the penalty itself: ½ Σ B ⊙ (M Aᵀ), since Σ M ⊙ (B A) = Σ B ⊙ (M Aᵀ)
 * </ul>
 *
 * Owned by the training; the Fisher information must outlive it.
 */
final class WeightConsolidation implements AutoCloseable {
  private static final String GRADIENT = "gradient of ";

  private final OnnxSession session;
  private final Set<String> wanted = new LinkedHashSet<>();

  /**
   * @param fisher by the names of the weights, each [O, I]
   * @param scale s = α/r
   * @param strength λ
   */
  WeightConsolidation(
      ModelConfig config,
      int firstLayer,
      Weights fisher,
      double scale,
      double strength,
      Device device) {
    GraphBuilder graph = new GraphBuilder();
    for (int layer = firstLayer; layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        add(graph, config, kind, layer, strength * scale * scale);
      }
    }
    session = new OnnxSession(graph.build(), fisher, device, Map.of());
  }

  private void add(
      GraphBuilder graph, ModelConfig config, LinearLayer kind, int layer, double factor) {
    int in = kind.inputWidth(config);
    int out = kind.outputWidth(config);
    Tensor a = graph.input(kind.loraA(layer), DataType.FLOAT32, "R", in);
    Tensor b = graph.input(kind.loraB(layer), DataType.FLOAT32, out, "R");
    Tensor fisher = graph.weight(kind.weight(layer), out, in);
    Tensor weighted = graph.multiply(graph.matMul(b, a, false, false, factor), fisher);
    output(graph, kind.loraA(layer), graph.matMul(b, weighted, true, false, 1));
    output(graph, kind.loraB(layer), graph.matMul(weighted, a, false, true, 1));
  }

  private void output(GraphBuilder graph, String parameter, Tensor gradient) {
    graph.output(GRADIENT + parameter, gradient);
    wanted.add(GRADIENT + parameter);
  }

  /**
   * Adds the gradients of the penalty, in the order of the parameters' block.
   *
   * @return the penalty
   */
  double add(LoraParameters parameters, float[] gradients) {
    Map<String, NativeTensor> feeds = new HashMap<>();
    parameters.names().forEach(name -> feeds.put(name, parameters.feeds().get(name)));
    Map<String, NativeTensor> out = session.run(feeds, wanted);
    try {
      Map<String, NativeTensor> byName = new HashMap<>();
      double twice = 0;
      for (String name : parameters.names()) {
        NativeTensor gradient = out.get(GRADIENT + name);
        byName.put(name, gradient);
        if (name.contains("lora_B")) {
          twice += dot(gradient.floats(), feeds.get(name).floats());
        }
      }
      parameters.gatherOnto(byName, gradients);
      return twice / 2;
    } finally {
      out.values().forEach(NativeTensor::close);
    }
  }

  private static double dot(FloatBuffer x, FloatBuffer y) {
    double sum = 0;
    for (int i = 0; i < x.limit(); i++) {
      sum += (double) x.get(i) * y.get(i);
    }
    return sum;
  }

  @Override
  public void close() {
    session.close();
  }
}
