/**
 * ONNX Runtime: sessions, execution providers and the life of native tensors; the only home of
 * {@code ai.onnxruntime}.
 */
@NullMarked
package dev.tuneworthy.runtime;

import org.jspecify.annotations.NullMarked;
