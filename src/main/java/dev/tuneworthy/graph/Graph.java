package dev.tuneworthy.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished graph: nodes in an order in which they can run, and its results by the callers' names.
 */
public record Graph(
    List<Tensor> inputs, List<Constant> constants, List<Node> nodes, Map<String, Tensor> outputs) {
  public Graph {
    inputs = List.copyOf(inputs);
    constants = List.copyOf(constants);
    nodes = List.copyOf(nodes);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }
}
