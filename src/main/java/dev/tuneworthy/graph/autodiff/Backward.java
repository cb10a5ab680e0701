package dev.tuneworthy.graph.autodiff;

import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Node;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The walk backwards over a graph: from the loss to the parameters, adding to the same graph the
 * nodes that compute the gradients (reverse-mode differentiation, Linnainmaa 1970). Nothing is
 * added for nodes that no parameter reaches or that do not reach the loss.
 */
public final class Backward {
  private Backward() {}

  /**
   * Extends the graph by gradients.
   *
   * @param loss a scalar
   * @param parameters inputs of the graph
   * @return for each parameter, in order, the gradient of the loss, of the parameter's shape
   * @throws IllegalArgumentException if the loss does not depend on a parameter
   */
  public static List<Tensor> gradients(GraphBuilder graph, Tensor loss, List<Tensor> parameters) {
    List<Node> forward = graph.nodes();
    Set<Tensor> active = reachedFrom(parameters, forward);
    Map<Tensor, Tensor> gradients = new HashMap<>();
    gradients.put(loss, graph.scalar(1));
    for (int i = forward.size() - 1; i >= 0; i--) {
      Node node = forward.get(i);
      if (active.contains(node.output())
          && node.outputs().stream().anyMatch(gradients::containsKey)) {
        step(graph, node, active, gradients);
      }
    }
    List<Tensor> result = new ArrayList<>();
    for (Tensor parameter : parameters) {
      Tensor gradient = gradients.get(parameter);
      if (gradient == null) {
        throw new IllegalArgumentException("the loss does not depend on " + parameter);
      }
      result.add(gradient);
    }
    return result;
  }

  private static void step(
      GraphBuilder graph, Node node, Set<Tensor> active, Map<Tensor, Tensor> gradients) {
    List<Optional<Tensor>> outer =
        node.outputs().stream().map(output -> Optional.ofNullable(gradients.get(output))).toList();
    List<Optional<Tensor>> inner =
        GradientRules.of(node.op())
            .apply(graph, node, outer, index -> active.contains(node.input(index)));
    for (int k = 0; k < inner.size(); k++) {
      Tensor input = node.input(k);
      if (active.contains(input) && inner.get(k).isPresent()) {
        gradients.merge(input, inner.get(k).get(), graph::add);
      }
    }
  }

  private static Set<Tensor> reachedFrom(List<Tensor> parameters, List<Node> nodes) {
    Set<Tensor> active = new HashSet<>(parameters);
    for (Node node : nodes) {
      if (node.inputs().stream().anyMatch(active::contains)) {
        active.addAll(node.outputs());
      }
    }
    return active;
  }
}
