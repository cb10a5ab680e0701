/**
 * LoRA training on ONNX Runtime: the step, the optimiser, early stop, checkpoints, and the tuned
 * candidate.
 */
@NullMarked
package dev.tuneworthy.tuning;

import org.jspecify.annotations.NullMarked;
