package dev.tuneworthy.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * One opened model: its configuration, its named tensors, its tokenizer and its chat template.
 *
 * <p>Tensor names, shapes and row order are those of Hugging Face Transformers whatever the file
 * format, so that PEFT adapters fit. Files are memory-mapped and checked when opened: a checkpoint
 * that opens holds every tensor of its architecture with the right shape. Whoever opens it closes
 * it; reading after that is an {@link IllegalStateException}. Reading is safe from many threads.
 */
public interface Checkpoint extends AutoCloseable {
  ModelConfig config();

  /**
   * Hugging Face names: {@code model.embed_tokens.weight} [V, D], {@code
   * model.layers.0.self_attn.q_proj.weight} [out, in], {@code model.norm.weight} [D], {@code
   * lm_head.weight} [V, D] (absent where the embeddings are tied).
   */
  Set<String> tensorNames();

  /** The dimensions of a tensor, slowest first; a copy. */
  long[] shape(String name);

  /**
   * Expands a tensor to float32, row-major, into {@code target} from its position on, which is
   * advanced past the last element. Direct buffers of native order are fine.
   *
   * @throws dev.tuneworthy.error.ServiceException {@code BAD_CHECKPOINT} if an element is NaN or
   *     infinite
   * @throws IllegalArgumentException if there is no such tensor or {@code target} is too small
   */
  void readFloats(String name, FloatBuffer target);

  /**
   * SHA-256 in lower-case hexadecimal of the GGUF file, or of all weight shards one after the other
   * in the order of their names. Computed once and kept by {@link FileDigests}.
   */
  String sha256();

  /** The GGUF file or the Hugging Face folder. */
  Path location();

  TokenizerSource tokenizer();

  /** The Jinja source of the checkpoint's own chat template. */
  Optional<String> chatTemplate();

  /** Lets go of the mapped files; they are unmapped when nothing refers to them any more. */
  @Override
  void close();
}
