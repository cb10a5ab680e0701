package dev.tuneworthy.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** SmolLM3 (Bakouch et al. 2025): Llama in which every fourth layer knows no positions (NoPE). */
final class SmolLm3Architecture implements Architecture {
  private static final double THETA = 2_000_000;
  private static final double INTERVAL = 4;

  @Override
  public String name() {
    return "smollm3";
  }

  @Override
  public String huggingFaceClass() {
    return "SmolLM3ForCausalLM";
  }

  @Override
  public boolean ggufInterleavesPairs() {
    return true;
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }

  @Override
  public List<LayerAttention> attention(ModelFields fields) {
    Rotary rotary = fields.rotary(THETA);
    List<Integer> turned = fields.integers("no_rope_layers"); // 1 where a layer has rotary
    double interval = fields.number("no_rope_layer_interval").orElse(INTERVAL);
    return IntStream.range(0, fields.layers())
        .mapToObj(
            layer -> {
              boolean turns =
                  layer < turned.size() ? turned.get(layer) == 1 : (layer + 1) % interval != 0;
              return new LayerAttention(
                  turns ? Optional.of(rotary) : Optional.empty(), slides(fields, layer));
            })
        .toList();
  }

  @Override
  public boolean slides(ModelFields fields, int layer) {
    return fields.flag("use_sliding_window", false)
        && fields.window().isPresent()
        && fields.slidingLayers().map(layers -> layers.get(layer)).orElse(true);
  }
}
