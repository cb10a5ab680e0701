/**
 * A typed tensor graph: tensors, operators, and a builder that checks shapes as it goes. Knows
 * neither gradients nor ONNX. Read {@link dev.tuneworthy.graph.GraphBuilder} first.
 */
@NullMarked
package dev.tuneworthy.graph;

import org.jspecify.annotations.NullMarked;
