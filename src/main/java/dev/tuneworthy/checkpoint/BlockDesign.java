package dev.tuneworthy.checkpoint;

/**
 * What the blocks of a model are built of, beside the linear layers that all have.
 *
 * @param activation of the gated feed-forward layer
 * @param queryKeyValueBias whether the query, key and value layers add a bias
 * @param queryKeyNorm whether queries and keys are normed, head by head, before they are turned
 * @param outputNorms whether what attention and feed-forward layer give is normed before it is
 *     added to the residual stream (sandwich norms)
 * @param normOffset what is added to every norm weight: y = x · r · (offset + w)
 * @param embeddingScale what embeddings are multiplied by
 * @param attentionScale what scores of queries against keys are multiplied by
 */
public record BlockDesign(
    Activation activation,
    boolean queryKeyValueBias,
    boolean queryKeyNorm,
    boolean outputNorms,
    double normOffset,
    double embeddingScale,
    double attentionScale) {
  /** The function in the gate of a feed-forward layer. */
  public enum Activation {
    SILU("silu"),
    /** GELU by its tanh approximation (Hendrycks and Gimpel 2016). */
    GELU_TANH("gelu_pytorch_tanh");

    private final String huggingFaceName;

    Activation(String huggingFaceName) {
      this.huggingFaceName = huggingFaceName;
    }

    String huggingFaceName() {
      return huggingFaceName;
    }
  }

  public BlockDesign {
    if (!(embeddingScale > 0 && attentionScale > 0)) {
      throw new IllegalArgumentException(
          "scales " + embeddingScale + " and " + attentionScale + " are not positive");
    }
  }

  /** The blocks of Llama, which most families vary (Touvron et al. 2023). */
  static BlockDesign llama(int headSize) {
    return new BlockDesign(Activation.SILU, false, false, false, 0, 1, 1 / Math.sqrt(headSize));
  }

  BlockDesign withQueryKeyValueBias() {
    return new BlockDesign(
        activation, true, queryKeyNorm, outputNorms, normOffset, embeddingScale, attentionScale);
  }

  BlockDesign withQueryKeyNorm() {
    return new BlockDesign(
        activation,
        queryKeyValueBias,
        true,
        outputNorms,
        normOffset,
        embeddingScale,
        attentionScale);
  }
}
