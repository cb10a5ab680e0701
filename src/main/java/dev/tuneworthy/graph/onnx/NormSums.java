package dev.tuneworthy.graph.onnx;

import dev.tuneworthy.graph.Graph;
import dev.tuneworthy.graph.Node;
import dev.tuneworthy.graph.Op;
import dev.tuneworthy.graph.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Additions that a norm is the first to read: one operator of ONNX Runtime makes the sum and norms
 * it. It yields no reciprocal, so what needs that, as a gradient does, keeps the two apart.
 */
final class NormSums {
  private NormSums() {}

  /** The additions of a graph, by the node of the norm behind each. */
  static Map<Node, Node> of(Graph source) {
    Map<Tensor, Node> readFirst = new HashMap<>();
    Map<Tensor, Node> madeBy = new HashMap<>();
    for (Node node : source.nodes()) {
      node.inputs().forEach(input -> readFirst.putIfAbsent(input, node));
      node.outputs().forEach(output -> madeBy.put(output, node));
    }
    Map<Node, Node> sums = new HashMap<>();
    for (Node norm : source.nodes()) {
      if (norm.op() instanceof Op.RmsNorm && !readFirst.containsKey(norm.outputs().get(1))) {
        Node sum = madeBy.get(norm.input(0));
        if (sum != null && addsLike(sum) && readFirst.get(sum.output()) == norm) {
          sums.put(norm, sum);
        }
      }
    }
    return sums;
  }

  private static boolean addsLike(Node node) {
    return node.op() instanceof Op.Add
        && node.input(0).shape().equals(node.output().shape())
        && node.input(1).shape().equals(node.output().shape());
  }
}
