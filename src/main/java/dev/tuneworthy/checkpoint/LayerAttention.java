package dev.tuneworthy.checkpoint;

import java.util.Optional;

/**
 * How one layer attends.
 *
 * @param rotary how queries and keys are turned by their positions; empty where they are not
 * @param sliding whether a row sees only the last tokens, as many as the model's window
 */
public record LayerAttention(Optional<Rotary> rotary, boolean sliding) {
  /** A layer that sees the whole sequence before it. */
  static LayerAttention full(Rotary rotary) {
    return new LayerAttention(Optional.of(rotary), false);
  }
}
