package dev.tuneworthy.checkpoint;

/**
 * Llama 1 to 3 (Touvron et al. 2023; Grattafiori et al. 2024), and SmolLM2 and TinyLlama with it.
 */
final class LlamaArchitecture implements Architecture {
  @Override
  public String name() {
    return "llama";
  }

  @Override
  public String huggingFaceClass() {
    return "LlamaForCausalLM";
  }

  @Override
  public boolean ggufInterleavesPairs() {
    return true;
  }
}
