package dev.tuneworthy.graph;

import dev.tuneworthy.graph.Shape.Axis;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds a graph operator by operator. Fixed axes are checked as the graph grows; a named axis
 * agrees with itself and, where a product of names is reshaped, with what the caller declares. Not
 * safe for use by several threads.
 */
public final class GraphBuilder {
  private final List<Tensor> inputs = new ArrayList<>();
  private final Map<String, Constant> constants = new LinkedHashMap<>();
  private final Map<List<Long>, Tensor> integers = new LinkedHashMap<>();
  private final Map<Double, Tensor> scalars = new LinkedHashMap<>();
  private final Map<List<Object>, Tensor> lengths = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private int counter;

  /** A value fed at each run. */
  public Tensor input(String name, DataType type, Object... axes) {
    Tensor tensor = claim(new Tensor(name, type, Shape.of(axes)));
    inputs.add(tensor);
    return tensor;
  }

  /**
   * A float32 weight bound by name when a session is made. No operator may have weights alone for
   * inputs: it would be computed before they are bound.
   */
  public Tensor weight(String name, Object... axes) {
    return weight(name, DataType.FLOAT32, axes);
  }

  /** A weight of any type bound by name when a session is made. */
  public Tensor weight(String name, DataType type, Object... axes) {
    if (constants.get(name) instanceof Constant.External known) {
      return known.tensor();
    }
    Tensor tensor = claim(new Tensor(name, type, Shape.of(axes)));
    constants.put(name, new Constant.External(tensor));
    return tensor;
  }

  /** A small int64 vector that is part of the graph. */
  public Tensor integers(long... values) {
    List<Long> key = Arrays.stream(values).boxed().toList();
    return integers.computeIfAbsent(
        key,
        k -> {
          ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
          Arrays.stream(values).forEach(data::putLong);
          Tensor tensor = fresh(DataType.INT64, Shape.of(values.length));
          constants.put(tensor.name(), new Constant.Inline(tensor, data.flip()));
          return tensor;
        });
  }

  /** A float32 scalar that is part of the graph. */
  public Tensor scalar(double value) {
    return scalars.computeIfAbsent(value, this::newScalar);
  }

  private Tensor newScalar(double value) {
    ByteBuffer data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat((float) value).flip();
    Tensor tensor = fresh(DataType.FLOAT32, Shape.of());
    constants.put(tensor.name(), new Constant.Inline(tensor, data));
    return tensor;
  }

  /** Makes a tensor a result of the graph under a name of the caller's. */
  public void output(String name, Tensor tensor) {
    if (outputs.putIfAbsent(name, tensor) != null) {
      throw new IllegalArgumentException("two outputs are called '" + name + "'");
    }
  }

  public Graph build() {
    return new Graph(inputs, new ArrayList<>(constants.values()), nodes, outputs);
  }

  /** Nodes so far, for the walk backwards. */
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  // --- operators -------------------------------------------------------------------------------

  /** alpha · a' b'; see {@link Op.MatMul}. */
  public Tensor matMul(Tensor a, Tensor b, boolean transposeA, boolean transposeB, double alpha) {
    Axis inner = a.shape().axis(transposeA ? -2 : -1);
    Axis other = b.shape().axis(transposeB ? -1 : -2);
    agree(inner, other, "inner axes of a product", a, b);
    Axis rows = a.shape().axis(transposeA ? -1 : -2);
    Axis columns = b.shape().axis(transposeB ? -2 : -1);
    Shape outer = a.shape().rank() >= b.shape().rank() ? a.shape() : b.shape();
    return add1(
        new Op.MatMul(transposeA, transposeB, alpha), outer.with(-2, rows).with(-1, columns), a, b);
  }

  public Tensor matMul(Tensor a, Tensor b) {
    return matMul(a, b, false, false, 1);
  }

  /** a bᵀ + c. */
  public Tensor matMulAdd(Tensor a, Tensor b, Tensor c) {
    agree(a.shape().axis(1), b.shape().axis(1), "inner axes of a product", a, b);
    agree(b.shape().axis(0), c.shape().axis(1), "columns of a product and its addend", b, c);
    return add1(new Op.MatMulAdd(), c.shape(), a, b, c);
  }

  /**
   * A product with weights of 8 bits; see {@link Op.MatMulInt8}.
   *
   * @param weights w and scale; further back and backScale where a gradient is to be had
   */
  public Tensor matMulInt8(Tensor x, Tensor... weights) {
    agree(x.shape().axis(-1), weights[0].shape().axis(0), "inner axes of a product", x, weights[0]);
    Tensor[] in = new Tensor[weights.length + 1];
    in[0] = x;
    System.arraycopy(weights, 0, in, 1, weights.length);
    return add1(new Op.MatMulInt8(), x.shape().with(-1, weights[0].shape().axis(1)), in);
  }

  /** A product with packed weights; see {@link Op.MatMulBlocks}. */
  public Tensor matMulBlocks(Tensor x, int bits, int block, Tensor weights, Tensor scale) {
    return add1(
        new Op.MatMulBlocks(bits, block),
        x.shape().with(-1, weights.shape().axis(0)),
        x,
        weights,
        scale);
  }

  /** See {@link Op.SumBlocks}. */
  public Tensor sumBlocks(Tensor x, int block) {
    long width = ((Axis.Fixed) x.shape().axis(-1)).size();
    return add1(new Op.SumBlocks(block), x.shape().with(-1, new Axis.Fixed(width / block)), x);
  }

  public Tensor add(Tensor a, Tensor b) {
    return elementwise(new Op.Add(), a, b);
  }

  public Tensor subtract(Tensor a, Tensor b) {
    return elementwise(new Op.Subtract(), a, b);
  }

  public Tensor multiply(Tensor a, Tensor b) {
    return elementwise(new Op.Multiply(), a, b);
  }

  public Tensor negate(Tensor x) {
    return add1(new Op.Negate(), x.shape(), x);
  }

  public Tensor exp(Tensor x) {
    return add1(new Op.Exp(), x.shape(), x);
  }

  public Tensor sigmoid(Tensor x) {
    return add1(new Op.Sigmoid(), x.shape(), x);
  }

  public Tensor silu(Tensor x) {
    return add1(new Op.Silu(), x.shape(), x);
  }

  public Tensor geluTanh(Tensor x) {
    return add1(new Op.GeluTanh(), x.shape(), x);
  }

  public Tensor softmax(Tensor x) {
    return add1(new Op.Softmax(), x.shape(), x);
  }

  public Tensor logSoftmax(Tensor x) {
    return add1(new Op.LogSoftmax(), x.shape(), x);
  }

  /** See {@link Op.RmsNorm}; the reciprocal root mean square is kept for the gradient. */
  public Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    agree(x.shape().axis(-1), weight.shape().axis(0), "width of a norm and its weight", x, weight);
    Tensor y = fresh(x.type(), x.shape());
    Tensor reciprocal = fresh(x.type(), x.shape().with(-1, new Axis.Fixed(1)));
    nodes.add(new Node(new Op.RmsNorm(epsilon), List.of(x, weight), List.of(y, reciprocal)));
    return y;
  }

  /** See {@link Op.Rotary}. */
  public Tensor rotary(
      Tensor x, Tensor positions, Tensor cos, Tensor sin, Tensor minusSin, int heads) {
    return add1(new Op.Rotary(heads), x.shape(), x, positions, cos, sin, minusSin);
  }

  /**
   * See {@link Op.GroupedAttention}.
   *
   * @param projected queries, keys and values, or all three side by side
   * @param in its further inputs in order
   * @return mixed values, keys, values
   */
  public List<Tensor> groupedAttention(
      Op.GroupedAttention op, List<Tensor> projected, List<Tensor> in) {
    Tensor q = projected.get(0);
    Tensor keys = in.get(0);
    Tensor values = in.get(1);
    long width = op.heads() * ((Axis.Fixed) keys.shape().axis(-1)).size();
    List<Tensor> out =
        List.of(
            fresh(q.type(), q.shape().with(-1, new Axis.Fixed(width))),
            fresh(keys.type(), keys.shape()),
            fresh(values.type(), values.shape()));
    List<Tensor> all = new ArrayList<>(projected);
    all.addAll(in);
    nodes.add(new Node(op, all, out));
    return out;
  }

  /**
   * x with another shape.
   *
   * @param target int64 vector with the lengths at run time; see {@link Op.Reshape}
   * @param axes what the caller declares the shape to be
   */
  public Tensor reshape(Tensor x, Tensor target, Shape axes) {
    agree(
        target.shape().axis(0),
        new Axis.Fixed(axes.rank()),
        "length of a reshape target",
        x,
        target);
    return add1(new Op.Reshape(), axes, x, target);
  }

  public Tensor transpose(Tensor x, Integer... permutation) {
    List<Axis> axes = Arrays.stream(permutation).map(i -> x.shape().axis(i)).toList();
    return add1(new Op.Transpose(Arrays.asList(permutation)), new Shape(axes), x);
  }

  /** Joins tensors; {@code length} names the joined axis. */
  public Tensor concat(int axis, Object length, Tensor... parts) {
    Shape shape = parts[0].shape().with(axis, Shape.of(length).axis(0));
    return add1(new Op.Concat(axis), shape, parts);
  }

  /**
   * Cuts a tensor in parts; {@code sizes} are their lengths at run time, {@code axes} names them.
   */
  public List<Tensor> split(Tensor x, int axis, Tensor sizes, Object... axes) {
    List<Tensor> parts = new ArrayList<>();
    for (Object length : axes) {
      parts.add(fresh(x.type(), x.shape().with(axis, Shape.of(length).axis(0))));
    }
    nodes.add(new Node(new Op.Split(axis), List.of(x, sizes), parts));
    return List.copyOf(parts);
  }

  public Tensor gatherRows(Tensor x, Tensor rows) {
    return add1(new Op.GatherRows(), x.shape().with(0, rows.shape().axis(0)), x, rows);
  }

  /** See {@link Op.GatherBlocks}. */
  public Tensor gatherBlocks(Tensor x, Tensor scale, int block, Tensor rows) {
    Tensor result = fresh(DataType.FLOAT32, x.shape().with(0, rows.shape().axis(0)));
    nodes.add(new Node(new Op.GatherBlocks(block), List.of(x, rows, scale), List.of(result)));
    return result;
  }

  /** See {@link Op.Gather}. */
  public Tensor gather(Tensor x, int axis, Tensor at) {
    return add1(new Op.Gather(axis), x.shape().with(axis, at.shape().axis(0)), x, at);
  }

  public Tensor scatterRows(Tensor zeros, Tensor rows, Tensor values) {
    return add1(new Op.ScatterRows(), zeros.shape(), zeros, rows, values);
  }

  public Tensor pick(Tensor x, Tensor at) {
    return add1(new Op.Pick(), new Shape(List.of(at.shape().axis(0))), x, at);
  }

  public Tensor place(Tensor zeros, Tensor at, Tensor values) {
    return add1(new Op.Place(), zeros.shape(), zeros, at, values);
  }

  /** Sum over all axes, a scalar. */
  public Tensor sumAll(Tensor x) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < x.shape().rank(); i++) {
      axes.add(i);
    }
    return add1(new Op.Sum(axes, false), Shape.of(), x);
  }

  /** Sum over the last axis, kept with size 1. */
  public Tensor sumLast(Tensor x) {
    return add1(
        new Op.Sum(List.of(x.shape().rank() - 1), true), x.shape().with(-1, new Axis.Fixed(1)), x);
  }

  public Tensor meanLast(Tensor x) {
    return add1(new Op.MeanLast(), x.shape().with(-1, new Axis.Fixed(1)), x);
  }

  /** Index of the largest element of each row. */
  public Tensor argMaxLast(Tensor x) {
    Tensor best = fresh(DataType.INT64, Shape.of(x.shape().axis(0)));
    nodes.add(new Node(new Op.ArgMaxLast(), List.of(x), List.of(best)));
    return best;
  }

  /**
   * Zeros.
   *
   * @param target int64 vector with the lengths at run time
   * @param axes what the caller declares the shape to be
   */
  public Tensor zeros(Tensor target, Shape axes) {
    return add1(new Op.Zeros(), axes, target);
  }

  /** Zeros shaped as another tensor. */
  public Tensor zerosLike(Tensor x) {
    return zeros(shapeOf(x), x.shape());
  }

  public Tensor shapeOf(Tensor x) {
    return once(new Op.ShapeOf(), x.shape().rank(), x.shape(), x);
  }

  /** The length of one axis at run time, as an int64 vector of one element. */
  public Tensor lengthOf(Tensor x, int axis) {
    return x.shape().axis(axis) instanceof Axis.Fixed fixed
        ? integers(fixed.size())
        : once(new Op.LengthOf(axis), 1, x.shape().axis(axis), x);
  }

  /** An int64 vector joined from shorter ones, for shapes. */
  public Tensor joinIntegers(Tensor... parts) {
    long length = 0;
    for (Tensor part : parts) {
      length += ((Axis.Fixed) part.shape().axis(0)).size();
    }
    return once(new Op.Concat(0), length, List.of(parts), parts);
  }

  /** a · b of int64 vectors of one length, for shapes. */
  public Tensor multiplyIntegers(Tensor a, Tensor b) {
    agree(a.shape().axis(0), b.shape().axis(0), "lengths of integers", a, b);
    long length = ((Axis.Fixed) a.shape().axis(0)).size();
    return once(new Op.Multiply(), length, List.of(a, b), a, b);
  }

  /**
   * An int64 vector that is computed once however often it is asked for: axes of one name have one
   * length, so that all layers can share the arithmetic of their shapes.
   *
   * @param what determines the value, for an operator of its class
   */
  private Tensor once(Op op, long length, Object what, Tensor... in) {
    return lengths.computeIfAbsent(
        List.of(op.getClass(), what),
        key -> {
          Tensor vector = fresh(DataType.INT64, Shape.of(length));
          nodes.add(new Node(op, List.of(in), List.of(vector)));
          return vector;
        });
  }

  // --- inside ----------------------------------------------------------------------------------

  private Tensor elementwise(Op op, Tensor a, Tensor b) {
    Shape wide = a.shape().rank() >= b.shape().rank() ? a.shape() : b.shape();
    Shape narrow = a.shape().rank() >= b.shape().rank() ? b.shape() : a.shape();
    Shape result = wide;
    for (int i = 1; i <= narrow.rank(); i++) {
      Axis one = wide.axis(-i);
      Axis other = narrow.axis(-i);
      if (one.equals(new Axis.Fixed(1))) {
        result = result.with(-i, other);
      } else if (!other.equals(new Axis.Fixed(1))) {
        agree(one, other, "axes of an elementwise operator", a, b);
      }
    }
    return add1(op, result, a, b);
  }

  private Tensor add1(Op op, Shape shape, Tensor... in) {
    DataType type = op instanceof Op.Zeros ? DataType.FLOAT32 : in[0].type();
    Tensor result = fresh(type, shape);
    nodes.add(new Node(op, Arrays.asList(in), List.of(result)));
    return result;
  }

  private Tensor fresh(DataType type, Shape shape) {
    return claim(new Tensor("t" + counter++, type, shape));
  }

  private Tensor claim(Tensor tensor) {
    if (!names.add(tensor.name())) {
      throw new IllegalArgumentException("two tensors are called '" + tensor.name() + "'");
    }
    return tensor;
  }

  private static void agree(Axis a, Axis b, String what, Tensor left, Tensor right) {
    if (!a.equals(b)) {
      throw new IllegalArgumentException(
          what + " differ: " + a + " and " + b + " in " + left + " and " + right);
    }
  }
}
