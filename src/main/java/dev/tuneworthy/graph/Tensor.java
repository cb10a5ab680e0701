package dev.tuneworthy.graph;

/** A value of the graph: its unique name, element type and shape. */
public record Tensor(String name, DataType type, Shape shape) {
  @Override
  public String toString() {
    return name + " " + type + shape;
  }
}
