package dev.tuneworthy.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a family of models is: its names in the file formats, its defaults, its blocks and how its
 * layers attend. Everything else, from the tensors to the gradients, follows from the {@link
 * ModelConfig} that comes of it. A new family is one implementation, an entry in {@link
 * Architectures}, and a fixture.
 */
interface Architecture {
  /** The family in lower case, as records name it. */
  String name();

  /** {@code architectures} in {@code config.json}. */
  String huggingFaceClass();

  /** {@code general.architecture} of a GGUF file; empty where it goes under another family. */
  default Optional<String> ggufName() {
    return Optional.of(name());
  }

  /** Whether llama.cpp's converter puts the two rows of a rotary pair side by side. */
  default boolean ggufInterleavesPairs() {
    return false;
  }

  /** What the blocks are built of. */
  default BlockDesign design(ModelFields fields) {
    return BlockDesign.llama(fields.headSize());
  }

  /** How each layer attends. */
  default List<LayerAttention> attention(ModelFields fields) {
    Rotary rotary = fields.rotary(10_000);
    return IntStream.range(0, fields.layers())
        .mapToObj(layer -> new LayerAttention(Optional.of(rotary), slides(fields, layer)))
        .toList();
  }

  /** Whether a layer slides. */
  default boolean slides(ModelFields fields, int layer) {
    return false;
  }

  /** The head size where {@code config.json} has none. */
  default int headSize(int hidden, int heads) {
    return hidden / heads;
  }

  /** The window where {@code config.json} does not say; one that says null has none. */
  default OptionalInt window() {
    return OptionalInt.empty();
  }

  /** Whether the output layer is the embedding table where {@code config.json} does not say. */
  default boolean tiedByDefault() {
    return false;
  }

  /** Tokens, by their text, that end a turn although a GGUF file may not say so. */
  default List<String> endsOfTurn() {
    return List.of();
  }

  /**
   * The turns of the family's chat models, for a base checkpoint, which brings no template but has
   * their tokens in its vocabulary.
   */
  default Optional<String> chatTemplate() {
    return Optional.empty();
  }
}
