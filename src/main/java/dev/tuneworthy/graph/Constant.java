package dev.tuneworthy.graph;

import java.nio.ByteBuffer;

/** A value that is part of the graph. */
public sealed interface Constant {
  Tensor tensor();

  /** Held by the graph itself: little-endian elements, for small values. */
  record Inline(Tensor tensor, ByteBuffer data) implements Constant {
    public Inline {
      data = data.asReadOnlyBuffer();
    }
  }

  /** Bound by name when a session is made, so that all sessions share one copy: the weights. */
  record External(Tensor tensor) implements Constant {}
}
