package dev.tuneworthy.checkpoint;

import dev.tuneworthy.checkpoint.BlockDesign.Activation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Gemma 3, its text models (Gemma Team 2025): scaled embeddings, norms before and after each layer
 * with weights 1 + w, GELU in the gate, normed queries and keys, and five sliding layers with a
 * rotary base of their own to each that sees everything.
 */
final class Gemma3Architecture implements Architecture {
  private static final int WINDOW = 4096;
  private static final int HEAD_SIZE = 256;
  private static final double THETA = 1_000_000;
  private static final double SLIDING_THETA = 10_000;
  private static final int PATTERN = 6;

  /** The 27B model alone scales by hidden size over heads, and GGUF files do not say so. */
  private static final int LAYERS_OF_27B = 62;

  /** Gemma's turns know no system role: its words go in front of the user's first ones. */
  private static final String TEMPLATE =
      "{{ bos_token }}{% set turns = messages %}{% set system = '' %}"
          + "{% if messages[0]['role'] == 'system' %}"
          + "{% set turns = messages[1:] %}{% set system = messages[0]['content'] + '\\n\\n' %}"
          + "{% endif %}{% for message in turns %}<start_of_turn>"
          + "{% if message['role'] == 'assistant' %}model{% else %}user{% endif %}{{ '\\n' }}"
          + "{% if loop.first %}{{ system }}{% endif %}"
          + "{{ message['content'] | trim }}<end_of_turn>{{ '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}<start_of_turn>model{{ '\\n' }}{% endif %}";

  @Override
  public String name() {
    return "gemma3";
  }

  @Override
  public String huggingFaceClass() {
    return "Gemma3ForCausalLM";
  }

  @Override
  public int headSize(int hidden, int heads) {
    return HEAD_SIZE;
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }

  @Override
  public BlockDesign design(ModelFields fields) {
    double scalar =
        fields
            .number("query_pre_attn_scalar")
            .orElse(
                fields.layers() == LAYERS_OF_27B
                    ? (double) fields.hidden() / fields.heads()
                    : fields.headSize());
    return new BlockDesign(
        Activation.GELU_TANH,
        false,
        true,
        true,
        1,
        Math.sqrt(fields.hidden()),
        1 / Math.sqrt(scalar));
  }

  @Override
  public List<LayerAttention> attention(ModelFields fields) {
    Rotary full = fields.rotary(THETA);
    Rotary sliding = fields.slidingRotary(SLIDING_THETA);
    return IntStream.range(0, fields.layers())
        .mapToObj(
            layer -> {
              boolean slides = slides(fields, layer);
              return new LayerAttention(Optional.of(slides ? sliding : full), slides);
            })
        .toList();
  }

  @Override
  public OptionalInt window() {
    return OptionalInt.of(WINDOW);
  }

  @Override
  public boolean slides(ModelFields fields, int layer) {
    double pattern = fields.number("sliding_window_pattern").orElse((double) PATTERN);
    return fields
        .slidingLayers()
        .map(layers -> layers.get(layer))
        .orElse((layer + 1) % pattern != 0);
  }

  @Override
  public List<String> endsOfTurn() {
    return List.of("<end_of_turn>");
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.of(TEMPLATE);
  }
}
