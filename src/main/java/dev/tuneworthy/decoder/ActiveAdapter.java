package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.runtime.NativeTensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The A and B that ride beside the frozen weights in a run, in native memory, and the scale they
 * are dialled to. The base model runs with an adapter of zeros of rank 1. Owned by whoever made it.
 */
final class ActiveAdapter implements AutoCloseable {
  private final String key;
  private final Map<String, NativeTensor> feeds = new HashMap<>();

  private ActiveAdapter(String key) {
    this.key = key;
  }

  /** No adapter: y = x Wᵀ. */
  static ActiveAdapter none(ModelConfig config) {
    ActiveAdapter adapter = new ActiveAdapter("base");
    adapter.feed(config, 0, module -> LoraModule.zeros(module, config));
    return adapter;
  }

  /**
   * An adapter at a scale.
   *
   * @param key tells apart adapters and scales, for the prefix cache
   * @param scale 0 is the base model, 1 the adapter as trained
   */
  static ActiveAdapter of(
      ModelConfig config, String key, double scale, Function<Module, LoraModule> modules) {
    ActiveAdapter adapter = new ActiveAdapter(key);
    adapter.feed(config, scale, modules);
    return adapter;
  }

  /** One linear layer of one block. */
  record Module(int layer, LinearLayer kind) {}

  /**
   * The LoRA of one module.
   *
   * @param a [rank, in] row-major
   * @param b [out, rank] row-major, already multiplied by the module's α/r
   */
  record LoraModule(int rank, float[] a, float[] b) {
    static LoraModule zeros(Module module, ModelConfig config) {
      return new LoraModule(
          1,
          new float[module.kind().inputWidth(config)],
          new float[module.kind().outputWidth(config)]);
    }
  }

  private void feed(ModelConfig config, double scale, Function<Module, LoraModule> modules) {
    feeds.put(DecoderGraph.LORA_SCALE, NativeTensor.floats(new float[] {(float) scale}, 1));
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        LoraModule module = modules.apply(new Module(layer, kind));
        int rank = module.rank();
        feeds.put(
            kind.loraA(layer), NativeTensor.floats(module.a(), rank, kind.inputWidth(config)));
        feeds.put(
            kind.loraB(layer), NativeTensor.floats(module.b(), kind.outputWidth(config), rank));
      }
    }
  }

  String key() {
    return key;
  }

  Map<String, NativeTensor> feeds() {
    return feeds;
  }

  @Override
  public void close() {
    feeds.values().forEach(NativeTensor::close);
  }
}
