package dev.tuneworthy.graph.autodiff;

import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Node;
import dev.tuneworthy.graph.Op;
import dev.tuneworthy.graph.Shape.Axis;
import dev.tuneworthy.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The table of derivative rules, one for each operator that can stand between a parameter and the
 * loss. With {@code g} the gradient of the loss with respect to a node's output, a rule adds the
 * nodes that compute the gradient with respect to each input that needs one. Frozen inputs cost
 * nothing.
 */
final class GradientRules {
  /** Adds the nodes of one operator's gradients. */
  @FunctionalInterface
  interface Rule {
    /**
     * Extends the graph by the gradients of a node.
     *
     * @param gradients of the node's outputs; empty where an output does not reach the loss
     * @param needed whether the input at an index needs a gradient
     * @return a gradient for each input, empty where none is needed
     */
    List<Optional<Tensor>> apply(
        GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed);
  }

  /** c = √(2/π) and a of {@link Op.GeluTanh}. */
  private static final double GELU_SLOPE = Math.sqrt(2 / Math.PI);

  private static final double GELU_CUBIC = 0.044715;

  private static final Map<Class<? extends Op>, Rule> TABLE = new HashMap<>();

  static {
    TABLE.put(Op.MatMul.class, GradientRules::matMul);
    TABLE.put(Op.MatMulAdd.class, GradientRules::matMulAdd);
    TABLE.put(Op.MatMulInt8.class, GradientRules::matMulInt8);
    TABLE.put(Op.Add.class, GradientRules::add);
    TABLE.put(Op.Subtract.class, GradientRules::subtract);
    TABLE.put(Op.Multiply.class, GradientRules::multiply);
    TABLE.put(Op.Exp.class, GradientRules::exp);
    TABLE.put(Op.Silu.class, GradientRules::silu);
    TABLE.put(Op.GeluTanh.class, GradientRules::geluTanh);
    TABLE.put(Op.Softmax.class, GradientRules::softmax);
    TABLE.put(Op.LogSoftmax.class, GradientRules::logSoftmax);
    TABLE.put(Op.RmsNorm.class, GradientRules::rmsNorm);
    TABLE.put(Op.Rotary.class, GradientRules::rotary);
    TABLE.put(Op.Reshape.class, GradientRules::reshape);
    TABLE.put(Op.Transpose.class, GradientRules::transpose);
    TABLE.put(Op.Concat.class, GradientRules::concat);
    TABLE.put(Op.Split.class, GradientRules::split);
    TABLE.put(Op.GatherRows.class, GradientRules::gatherRows);
    TABLE.put(Op.Pick.class, GradientRules::pick);
    TABLE.put(Op.Sum.class, GradientRules::sum);
    TABLE.put(Op.Negate.class, GradientRules::negate);
  }

  private GradientRules() {}

  static Rule of(Op op) {
    Rule rule = TABLE.get(op.getClass());
    if (rule == null) {
      throw new IllegalArgumentException("no gradient rule for " + op);
    }
    return rule;
  }

  /** y = α a b: da = α g bᵀ, db = α aᵀ g; with transposed operands the factors change places. */
  private static List<Optional<Tensor>> matMul(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Op.MatMul op = (Op.MatMul) node.op();
    Tensor g = gradients.get(0).orElseThrow();
    Tensor a = node.input(0);
    Tensor b = node.input(1);
    return List.of(
        when(
            needed.test(0),
            () ->
                op.transposeA()
                    ? graph.matMul(b, g, op.transposeB(), true, op.alpha())
                    : graph.matMul(g, b, false, !op.transposeB(), op.alpha())),
        when(
            needed.test(1),
            () ->
                op.transposeB()
                    ? graph.matMul(g, a, true, op.transposeA(), op.alpha())
                    : graph.matMul(a, g, !op.transposeA(), false, op.alpha())));
  }

  /** y = a bᵀ + c: da = g b, db = gᵀ a, dc = g. */
  private static List<Optional<Tensor>> matMulAdd(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor g = gradients.get(0).orElseThrow();
    return List.of(
        when(needed.test(0), () -> graph.matMul(g, node.input(1))),
        when(needed.test(1), () -> graph.matMul(g, node.input(0), true, false, 1)),
        when(needed.test(2), () -> g));
  }

  /**
   * y = q(x) w: dx = q(g) wᵀ, the rounding passed straight through (Bengio et al. 2013); the
   * weights are frozen.
   */
  private static List<Optional<Tensor>> matMulInt8(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    if (node.inputs().size() != 5) {
      throw new IllegalArgumentException("no weights to take the gradient of " + node + " with");
    }
    Tensor g = gradients.get(0).orElseThrow();
    return inputs(
        node, graph.matMulInt8(g, node.input(3), node.input(4), node.input(1), node.input(2)));
  }

  /** y = a + b: da = g, db = g; an input that was broadcast must be frozen. */
  private static List<Optional<Tensor>> add(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor g = gradients.get(0).orElseThrow();
    List<Optional<Tensor>> result = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      result.add(needed.test(i) ? Optional.of(unbroadcast(g, node.input(i))) : Optional.empty());
    }
    return result;
  }

  /** y = a − b: da = g, db = −g; an input that was broadcast must be frozen. */
  private static List<Optional<Tensor>> subtract(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor g = gradients.get(0).orElseThrow();
    return List.of(
        when(needed.test(0), () -> unbroadcast(g, node.input(0))),
        when(needed.test(1), () -> unbroadcast(graph.negate(g), node.input(1))));
  }

  /** y = eˣ: dx = g · y. */
  private static List<Optional<Tensor>> exp(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    return inputs(node, graph.multiply(gradients.get(0).orElseThrow(), node.output()));
  }

  /** y = a · b: da = g · b, db = g · a; an input that was broadcast must be frozen. */
  private static List<Optional<Tensor>> multiply(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor g = gradients.get(0).orElseThrow();
    Tensor a = node.input(0);
    Tensor b = node.input(1);
    return List.of(
        when(needed.test(0), () -> unbroadcast(graph.multiply(g, b), a)),
        when(needed.test(1), () -> unbroadcast(graph.multiply(g, a), b)));
  }

  /** y = x σ(x): dx = g · (y + σ(x) (1 − y)). */
  private static List<Optional<Tensor>> silu(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor y = node.output();
    Tensor sigmoid = graph.sigmoid(node.input(0));
    Tensor slope = graph.add(y, graph.multiply(sigmoid, graph.subtract(graph.scalar(1), y)));
    return List.of(Optional.of(graph.multiply(gradients.get(0).orElseThrow(), slope)));
  }

  /**
   * y = x s with s = σ(2u), which is (1 + tanh u) / 2, and u = c (x + a x³): dx = g · (s + 2 x s (1
   * − s) c (1 + 3 a x²)).
   */
  private static List<Optional<Tensor>> geluTanh(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor x = node.input(0);
    Tensor square = graph.multiply(x, x);
    Tensor cubic = graph.add(graph.multiply(square, graph.scalar(GELU_CUBIC)), graph.scalar(1));
    Tensor twiceU = graph.multiply(graph.multiply(x, cubic), graph.scalar(2 * GELU_SLOPE));
    Tensor s = graph.sigmoid(twiceU);
    Tensor inner =
        graph.add(
            graph.multiply(square, graph.scalar(6 * GELU_SLOPE * GELU_CUBIC)),
            graph.scalar(2 * GELU_SLOPE));
    Tensor bend = graph.multiply(graph.multiply(x, inner), graph.subtract(graph.scalar(1), s));
    Tensor slope = graph.multiply(s, graph.add(bend, graph.scalar(1)));
    return List.of(Optional.of(graph.multiply(gradients.get(0).orElseThrow(), slope)));
  }

  /** y = softmax(x): dx = y · (g − Σ g y). */
  private static List<Optional<Tensor>> softmax(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor g = gradients.get(0).orElseThrow();
    Tensor y = node.output();
    Tensor centre = graph.sumLast(graph.multiply(g, y));
    return List.of(Optional.of(graph.multiply(y, graph.subtract(g, centre))));
  }

  /** y = log softmax(x): dx = g − eʸ Σ g. */
  private static List<Optional<Tensor>> logSoftmax(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor g = gradients.get(0).orElseThrow();
    Tensor share = graph.multiply(graph.exp(node.output()), graph.sumLast(g));
    return List.of(Optional.of(graph.subtract(g, share)));
  }

  /** y = x r w with r = 1/√(mean x² + ε): dx = r (g w − x r · mean(g w x r)); w is frozen. */
  private static List<Optional<Tensor>> rmsNorm(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    frozen(node, needed, 1);
    Tensor reciprocal = node.outputs().get(1);
    Tensor weighted = graph.multiply(gradients.get(0).orElseThrow(), node.input(1));
    Tensor unit = graph.multiply(node.input(0), reciprocal);
    Tensor mean = graph.meanLast(graph.multiply(weighted, unit));
    Tensor across = graph.subtract(weighted, graph.multiply(unit, mean));
    return inputs(node, graph.multiply(across, reciprocal));
  }

  /** A rotation by an angle: the gradient is turned back, by the negative angle. */
  private static List<Optional<Tensor>> rotary(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Op.Rotary op = (Op.Rotary) node.op();
    Tensor g = gradients.get(0).orElseThrow();
    return inputs(
        node,
        graph.rotary(g, node.input(1), node.input(2), node.input(4), node.input(3), op.heads()));
  }

  /** Another shape, same elements: the gradient takes the input's shape. */
  private static List<Optional<Tensor>> reshape(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor x = node.input(0);
    Tensor target = staticTarget(graph, x).orElseGet(() -> graph.shapeOf(x));
    return inputs(node, graph.reshape(gradients.get(0).orElseThrow(), target, x.shape()));
  }

  /** Axes in another order: the gradient takes the inverse order. */
  private static List<Optional<Tensor>> transpose(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    List<Integer> permutation = ((Op.Transpose) node.op()).permutation();
    Integer[] inverse = new Integer[permutation.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation.get(i)] = i;
    }
    return List.of(Optional.of(graph.transpose(gradients.get(0).orElseThrow(), inverse)));
  }

  /** Parts joined: the gradient is cut in the same parts. */
  private static List<Optional<Tensor>> concat(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    int axis = ((Op.Concat) node.op()).axis();
    List<Tensor> parts = node.inputs();
    Tensor[] sizes = parts.stream().map(part -> lengthOf(graph, part, axis)).toArray(Tensor[]::new);
    Object[] axes = parts.stream().map(part -> part.shape().axis(axis)).toArray();
    List<Tensor> cut =
        graph.split(gradients.get(0).orElseThrow(), axis, graph.joinIntegers(sizes), axes);
    return IntStream.range(0, parts.size())
        .mapToObj(i -> when(needed.test(i), () -> cut.get(i)))
        .toList();
  }

  /**
   * A tensor cut in parts: the gradients are joined, zeros for a part that does not reach the loss.
   */
  private static List<Optional<Tensor>> split(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    int axis = ((Op.Split) node.op()).axis();
    Tensor[] parts = new Tensor[node.outputs().size()];
    for (int i = 0; i < parts.length; i++) {
      Tensor part = node.outputs().get(i);
      parts[i] = gradients.get(i).orElseGet(() -> graph.zerosLike(part));
    }
    return inputs(node, graph.concat(axis, node.input(0).shape().axis(axis), parts));
  }

  /** Chosen rows: the gradient goes back to those rows, zero elsewhere. */
  private static List<Optional<Tensor>> gatherRows(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor zeros = graph.zerosLike(node.input(0));
    return inputs(node, graph.scatterRows(zeros, node.input(1), gradients.get(0).orElseThrow()));
  }

  /** Chosen elements: the gradient goes back to those elements, zero elsewhere. */
  private static List<Optional<Tensor>> pick(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    Tensor zeros = graph.zerosLike(node.input(0));
    return inputs(node, graph.place(zeros, node.input(1), gradients.get(0).orElseThrow()));
  }

  /** y = Σ x: every element gets g. */
  private static List<Optional<Tensor>> sum(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    return List.of(
        Optional.of(graph.add(graph.zerosLike(node.input(0)), gradients.get(0).orElseThrow())));
  }

  /** y = −x: dx = −g. */
  private static List<Optional<Tensor>> negate(
      GraphBuilder graph, Node node, List<Optional<Tensor>> gradients, IntPredicate needed) {
    return List.of(Optional.of(graph.negate(gradients.get(0).orElseThrow())));
  }

  // --- shared ----------------------------------------------------------------------------------

  private static Optional<Tensor> when(boolean needed, Supplier<Tensor> gradient) {
    return needed ? Optional.of(gradient.get()) : Optional.empty();
  }

  /** The gradient of the first input; the others (indices, tables, shapes) have none. */
  private static List<Optional<Tensor>> inputs(Node node, Tensor first) {
    List<Optional<Tensor>> result = new ArrayList<>();
    result.add(Optional.of(first));
    for (int i = 1; i < node.inputs().size(); i++) {
      result.add(Optional.empty());
    }
    return result;
  }

  private static void frozen(Node node, IntPredicate needed, int index) {
    if (needed.test(index)) {
      throw new IllegalArgumentException("input " + index + " of " + node.op() + " must be frozen");
    }
  }

  private static Tensor unbroadcast(Tensor gradient, Tensor input) {
    if (!gradient.shape().equals(input.shape())) {
      throw new IllegalArgumentException(
          "a broadcast input must be frozen: " + input + " under " + gradient);
    }
    return gradient;
  }

  /** A reshape target known while the graph is built: at most one axis has a name. */
  private static Optional<Tensor> staticTarget(GraphBuilder graph, Tensor x) {
    long[] sizes = new long[x.shape().rank()];
    int named = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (x.shape().axis(i) instanceof Axis.Fixed fixed) {
        sizes[i] = fixed.size();
      } else {
        sizes[i] = -1;
        named++;
      }
    }
    return named <= 1 ? Optional.of(graph.integers(sizes)) : Optional.empty();
  }

  private static Tensor lengthOf(GraphBuilder graph, Tensor x, int axis) {
    int index = axis < 0 ? x.shape().rank() + axis : axis;
    if (x.shape().axis(index) instanceof Axis.Fixed fixed) {
      return graph.integers(fixed.size());
    }
    return graph.lengthOf(x, index);
  }
}
