package dev.tuneworthy.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The axes of a tensor, outermost first. An axis is a fixed size or a name for a length that is
 * known only when the graph runs, such as {@code "N"}; two axes with one name have one length.
 */
public record Shape(List<Axis> axes) {
  public Shape {
    axes = List.copyOf(axes);
  }

  /** One axis: a fixed size, or a name. */
  public sealed interface Axis {
    record Fixed(long size) implements Axis {
      public Fixed {
        if (size < 0) {
          throw new IllegalArgumentException("an axis cannot have size " + size);
        }
      }

      @Override
      public String toString() {
        return Long.toString(size);
      }
    }

    record Named(String name) implements Axis {
      @Override
      public String toString() {
        return name;
      }
    }
  }

  /** Axes given as integers (fixed) and strings (named). */
  public static Shape of(Object... axes) {
    return new Shape(Arrays.stream(axes).map(Shape::axis).toList());
  }

  private static Axis axis(Object given) {
    if (given instanceof Number number) {
      return new Axis.Fixed(number.longValue());
    }
    if (given instanceof String name) {
      return new Axis.Named(name);
    }
    if (given instanceof Axis axis) {
      return axis;
    }
    throw new IllegalArgumentException("an axis is a size or a name, not " + given);
  }

  public int rank() {
    return axes.size();
  }

  /** The axis at {@code index}; negative counts from the last. */
  public Axis axis(int index) {
    return axes.get(index < 0 ? rank() + index : index);
  }

  /** This shape with one axis replaced; a negative index counts from the last. */
  public Shape with(int index, Axis axis) {
    List<Axis> changed = new ArrayList<>(axes);
    changed.set(index < 0 ? rank() + index : index, axis);
    return new Shape(changed);
  }

  @Override
  public String toString() {
    return axes.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
