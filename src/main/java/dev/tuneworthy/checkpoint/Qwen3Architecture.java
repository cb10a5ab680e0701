package dev.tuneworthy.checkpoint;

import java.util.OptionalInt;

/** Qwen3 (Yang et al. 2025): queries and keys normed by head, heads of a size of their own. */
final class Qwen3Architecture implements Architecture {
  private static final int WINDOW = 4096;
  private static final int HEAD_SIZE = 128;

  @Override
  public String name() {
    return "qwen3";
  }

  @Override
  public String huggingFaceClass() {
    return "Qwen3ForCausalLM";
  }

  @Override
  public int headSize(int hidden, int heads) {
    return HEAD_SIZE;
  }

  @Override
  public BlockDesign design(ModelFields fields) {
    return BlockDesign.llama(fields.headSize()).withQueryKeyNorm();
  }

  @Override
  public OptionalInt window() {
    return OptionalInt.of(WINDOW);
  }

  @Override
  public boolean slides(ModelFields fields, int layer) {
    return Qwen2Architecture.upperLayersSlide(fields, layer);
  }
}
