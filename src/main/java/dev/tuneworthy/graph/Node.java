package dev.tuneworthy.graph;

import java.util.List;

/** One operator applied to tensors. */
public record Node(Op op, List<Tensor> inputs, List<Tensor> outputs) {
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  public Tensor input(int index) {
    return inputs.get(index);
  }

  public Tensor output() {
    return outputs.get(0);
  }
}
