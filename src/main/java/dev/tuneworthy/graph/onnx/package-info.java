/**
 * Writes the typed graph as an ONNX model, and nothing else: the only home of the ONNX protobuf.
 */
@NullMarked
package dev.tuneworthy.graph.onnx;

import org.jspecify.annotations.NullMarked;
