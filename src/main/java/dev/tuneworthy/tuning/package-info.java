/**
 * LoRA training on ONNX Runtime: the step, the optimiser, early stop, checkpoints, and the tuned
 * candidate; and what keeps the model from forgetting while it is trained. Read {@link
 * dev.tuneworthy.tuning.TuningPlan} first, then {@code Objective}, which says what a step
 * minimises.
 */
@NullMarked
package dev.tuneworthy.tuning;

import org.jspecify.annotations.NullMarked;
