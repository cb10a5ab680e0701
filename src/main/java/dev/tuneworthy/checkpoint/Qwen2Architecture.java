package dev.tuneworthy.checkpoint;

import java.util.OptionalInt;

/** Qwen2 and Qwen2.5 (Yang et al. 2024): Llama with biases on queries, keys and values. */
final class Qwen2Architecture implements Architecture {
  private static final int WINDOW = 4096;

  @Override
  public String name() {
    return "qwen2";
  }

  @Override
  public String huggingFaceClass() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public BlockDesign design(ModelFields fields) {
    return BlockDesign.llama(fields.headSize()).withQueryKeyValueBias();
  }

  @Override
  public OptionalInt window() {
    return OptionalInt.of(WINDOW);
  }

  @Override
  public boolean slides(ModelFields fields, int layer) {
    return upperLayersSlide(fields, layer);
  }

  /** Off unless switched on; then the layers from {@code max_window_layers} on slide. */
  static boolean upperLayersSlide(ModelFields fields, int layer) {
    if (!fields.flag("use_sliding_window", false) || fields.window().isEmpty()) {
      return false;
    }
    double first = fields.number("max_window_layers").orElse(28.0);
    return fields.slidingLayers().map(layers -> layers.get(layer)).orElse(layer >= first);
  }
}
