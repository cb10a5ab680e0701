package dev.tuneworthy.checkpoint;

import java.util.Optional;
import java.util.OptionalInt;

/** Mistral (Jiang et al. 2023): Llama whose every layer slides where the file has a window. */
final class MistralArchitecture implements Architecture {
  private static final int WINDOW = 4096;

  @Override
  public String name() {
    return "mistral";
  }

  @Override
  public String huggingFaceClass() {
    return "MistralForCausalLM";
  }

  /** llama.cpp's converter calls it llama. */
  @Override
  public Optional<String> ggufName() {
    return Optional.empty();
  }

  @Override
  public OptionalInt window() {
    return OptionalInt.of(WINDOW);
  }

  @Override
  public boolean slides(ModelFields fields, int layer) {
    return fields.window().isPresent();
  }
}
