package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.Weights;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * An adapter in the form of {@link StackedLinears}: for each group of layers one A' [R', I] with
 * the A of all members below each other, and one B' [O, R'] with each member's scale · B in its own
 * rows and columns. Where packed weights are a product and a remainder of low rank, the remainder's
 * factors follow. x A'ᵀ B'ᵀ is all that the frozen product lacks.
 */
final class StackedAdapter {
  private final ModelConfig config;
  private final Precision precision;
  private final Weights weights;

  StackedAdapter(ModelConfig config, Precision precision, Weights weights) {
    this.config = config;
    this.precision = precision;
    this.weights = weights;
  }

  /**
   * Inputs to a graph with {@link StackedLinears}.
   *
   * @param feeds the adapter's inputs to a graph with {@link AdaptedLinears}
   * @return tensors that are the caller's to close
   */
  Map<String, NativeTensor> feeds(Map<String, NativeTensor> feeds) {
    float scale = feeds.get(DecoderGraph.LORA_SCALE).floats().get(0);
    Map<String, NativeTensor> stacked = new HashMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearGroup group : LinearGroup.values()) {
        stack(group, layer, scale, feeds, stacked);
      }
    }
    return stacked;
  }

  private void stack(
      LinearGroup group,
      int layer,
      float scale,
      Map<String, NativeTensor> feeds,
      Map<String, NativeTensor> stacked) {
    int in = group.inputWidth(config);
    int out = group.outputWidth(config);
    int minima = FrozenWeights.minima(precision, in);
    int ranks =
        group.members().stream()
            .mapToInt(member -> Math.toIntExact(feeds.get(member.loraA(layer)).shape()[0]))
            .sum();
    int rank = ranks + minima;
    float[] a = new float[rank * in];
    float[] b = new float[out * rank];
    int column = 0;
    int row = 0;
    for (LinearLayer member : group.members()) {
      FloatBuffer memberA = feeds.get(member.loraA(layer)).floats();
      FloatBuffer memberB = feeds.get(member.loraB(layer)).floats();
      int memberRank = memberA.remaining() / in;
      memberA.get(a, column * in, memberRank * in);
      for (int o = 0; o < member.outputWidth(config); o++, row++) {
        for (int r = 0; r < memberRank; r++) {
          b[row * rank + column + r] = scale * memberB.get(o * memberRank + r);
        }
      }
      column += memberRank;
    }
    if (minima > 0) {
      addMinima(group.weight(layer), in, rank, ranks, a, b);
    }
    stacked.put(group.loraA(layer), NativeTensor.floats(a, rank, in));
    stacked.put(group.loraB(layer), NativeTensor.floats(b, out, rank));
  }

  /** Rows of A' that sum blocks of x, and columns of B' with the minimum of each block. */
  private void addMinima(String weight, int in, int rank, int from, float[] a, float[] b) {
    int blocks = rank - from;
    for (int i = 0; i < in; i++) {
      a[(from + i / FrozenWeights.BLOCK) * in + i] = 1;
    }
    FloatBuffer minima = FrozenWeights.minima(weights, weight);
    for (int o = 0; o < b.length / rank; o++) {
      minima.get(o * blocks, b, o * rank + from, blocks);
    }
  }
}
