package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The A and B that ride beside the frozen weights in a run, in native memory, and the scale they
 * are dialled to: 0 is the base model, 1 the adapter as trained. The base model itself runs with
 * zeros of rank 1. Owned by whoever made it.
 */
public final class Adapter implements AutoCloseable {
  private final String key;
  private final Map<String, NativeTensor> feeds = new HashMap<>();
  private Map<String, NativeTensor> stacked = Map.of();

  private Adapter(String key, double scale) {
    this.key = key;
    feeds.put(DecoderGraph.LORA_SCALE, NativeTensor.floats(new float[] {(float) scale}, 1));
  }

  /** No adapter: y = x Wᵀ. */
  public static Adapter none(ModelConfig config) {
    return zeros("base", config, 1);
  }

  /** Zeros of a rank: the base model at the cost of an adapter, to measure it. */
  static Adapter idle(ModelConfig config, int rank) {
    return zeros("idle " + rank, config, rank);
  }

  private static Adapter zeros(String key, ModelConfig config, int rank) {
    Adapter adapter = new Adapter(key, 0);
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        adapter.feedNothing(config, kind, layer, rank);
      }
    }
    return adapter;
  }

  /**
   * An adapter at a scale.
   *
   * @throws ServiceException {@code BAD_ADAPTER} if its modules are not this model's
   */
  public static Adapter of(ModelConfig config, PeftAdapter lora, double scale) {
    Adapter adapter = new Adapter(lora.sha256() + "@" + scale, scale);
    Set<String> unknown = new HashSet<>(lora.modules().keySet());
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        String path = kind.path(layer);
        unknown.remove(path);
        LoraWeights weights = lora.modules().get(path);
        if (weights == null) {
          adapter.feedNothing(config, kind, layer, 1);
        } else {
          checkShape(config, kind, path, weights);
          adapter.feed(kind, layer, weights, lora.scale(path));
        }
      }
    }
    if (!unknown.isEmpty()) {
      adapter.close();
      throw foreign("modules of this model", "'" + unknown.iterator().next() + "'");
    }
    return adapter;
  }

  private static void checkShape(
      ModelConfig config, LinearLayer kind, String path, LoraWeights weights) {
    int in = kind.inputWidth(config);
    int out = kind.outputWidth(config);
    if (weights.in() != in || weights.out() != out) {
      throw foreign(
          path + " of " + in + " inputs and " + out + " outputs",
          weights.in() + " and " + weights.out());
    }
  }

  private static ServiceException foreign(String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_ADAPTER,
        "adapter",
        expected,
        found,
        "Use an adapter that was trained on this base model.");
  }

  private void feedNothing(ModelConfig config, LinearLayer kind, int layer, int rank) {
    int in = kind.inputWidth(config);
    int out = kind.outputWidth(config);
    feeds.put(kind.loraA(layer), NativeTensor.floats(new float[rank * in], rank, in));
    feeds.put(kind.loraB(layer), NativeTensor.floats(new float[out * rank], out, rank));
  }

  /** The module's own factor α/r goes into B, since the graph has one scale for all. */
  private void feed(LinearLayer kind, int layer, LoraWeights weights, double factor) {
    float[] a = copy(weights.a());
    float[] b = copy(weights.b());
    for (int i = 0; i < b.length; i++) {
      b[i] = (float) (b[i] * factor);
    }
    feeds.put(kind.loraA(layer), NativeTensor.floats(a, weights.rank(), weights.in()));
    feeds.put(kind.loraB(layer), NativeTensor.floats(b, weights.out(), weights.rank()));
  }

  private static float[] copy(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** Tells apart adapters and scales. */
  String key() {
    return key;
  }

  /** Its inputs to a graph of {@link DecoderGraph}; they stay the adapter's. */
  public Map<String, NativeTensor> feeds() {
    return feeds;
  }

  /** Its inputs to a graph with {@link StackedLinears}; they stay the adapter's. */
  synchronized Map<String, NativeTensor> stackedFeeds(StackedAdapter form) {
    if (stacked.isEmpty()) {
      stacked = form.feeds(feeds);
    }
    return stacked;
  }

  @Override
  public synchronized void close() {
    feeds.values().forEach(NativeTensor::close);
    stacked.values().forEach(NativeTensor::close);
  }
}
