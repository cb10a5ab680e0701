package dev.tuneworthy.graph.onnx;

import static dev.tuneworthy.graph.onnx.OnnxParts.integer;
import static dev.tuneworthy.graph.onnx.OnnxParts.real;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.tuneworthy.graph.Constant;
import dev.tuneworthy.graph.Graph;
import dev.tuneworthy.graph.Node;
import dev.tuneworthy.graph.Op;
import dev.tuneworthy.graph.Shape.Axis;
import dev.tuneworthy.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Writes a graph as an ONNX model (opset 18, and the fused operators of {@code com.microsoft} that
 * both the CPU and the CUDA provider have). External constants become initializers whose data the
 * session is given.
 */
public final class OnnxWriter {
  private static final String FUSED = "com.microsoft";

  /** File name that stands for weights given to the session; never read. */
  public static final String GIVEN_TO_THE_SESSION = "weights-in-memory";

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tuneworthy");

  /** MatMulNBits: round activations to 8 bits, block by block. */
  private static final int INT8_ACTIVATIONS = 4;

  /** Zero among the 255 steps that a row is rounded to. */
  private static final int MIDDLE = 128;

  /** Keeps the scale of a row of zeros from being zero. */
  private static final double LEAST_SCALE = 1e-30;

  private final Set<String> used = new HashSet<>();
  private final Map<String, RoundedRows> roundedRows = new HashMap<>();

  /** Additions that are made by the operator of the norm behind them; by the norm's node. */
  private final Map<Node, Node> sums = new HashMap<>();

  private final Set<Node> madeByNorms = new HashSet<>();
  private int auxiliary;

  private OnnxWriter() {}

  /**
   * A graph as ONNX.
   *
   * @param protobuf the serialized model, in a direct buffer
   * @param weights names of the external constants that the model uses and the session must be
   *     given
   */
  public record Model(ByteBuffer protobuf, List<String> weights) {
    public Model {
      weights = List.copyOf(weights);
    }
  }

  /** Writes a graph. */
  public static Model write(Graph graph) {
    return write(graph, weight -> false);
  }

  /**
   * Writes a graph.
   *
   * @param overridable external constants, by name, that are declared as inputs with a default:
   *     ONNX Runtime neither folds them nor packs them its own way
   */
  public static Model write(Graph graph, Predicate<String> overridable) {
    return new OnnxWriter().model(graph, overridable);
  }

  private Model model(Graph source, Predicate<String> overridable) {
    source.inputs().forEach(input -> graph.addInput(OnnxParts.valueInfo(input)));
    sums.putAll(NormSums.of(source));
    madeByNorms.addAll(sums.values());
    source.nodes().forEach(this::node);
    // A weight that no operator reads must not be declared: ONNX Runtime drops it and then misses
    // it.
    List<Constant> read =
        source.constants().stream()
            .filter(constant -> used.contains(constant.tensor().name()))
            .toList();
    read.forEach(constant -> graph.addInitializer(OnnxParts.initializer(constant)));
    List<Tensor> external =
        read.stream()
            .filter(constant -> constant instanceof Constant.External)
            .map(Constant::tensor)
            .toList();
    external.stream()
        .filter(tensor -> overridable.test(tensor.name()))
        .forEach(tensor -> graph.addInput(OnnxParts.valueInfo(tensor)));
    byte[] protobuf = finish(source).toByteArray();
    return new Model(
        ByteBuffer.allocateDirect(protobuf.length).put(protobuf).flip(),
        external.stream().map(Tensor::name).toList());
  }

  private ModelProto finish(Graph source) {
    source.outputs().values().stream()
        .distinct()
        .forEach(output -> graph.addOutput(OnnxParts.valueInfo(output)));
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .setProducerName("tuneworthy")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(18))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(FUSED).setVersion(1))
        .setGraph(graph)
        .build();
  }

  private void node(Node node) {
    if (!madeByNorms.contains(node)) {
      written(node);
    }
  }

  private void written(Node node) {
    Op op = node.op();
    if (op instanceof Op.MatMul matMul) {
      matMul(node, matMul);
    } else if (op instanceof Op.MatMulAdd) {
      emit("", "Gemm", node, integer("transB", 1));
    } else if (op instanceof Op.MatMulInt8) {
      matMulInt8(node);
    } else if (op instanceof Op.MatMulBlocks packed) {
      matMulBlocks(node, packed);
    } else if (op instanceof Op.SumBlocks sums) {
      sumBlocks(node, sums);
    } else if (op instanceof Op.GatherBlocks gather) {
      gatherBlocks(node, gather);
    } else if (op instanceof Op.RmsNorm norm) {
      rmsNorm(node, norm);
    } else if (op instanceof Op.Rotary rotary) {
      rotary(node, rotary);
    } else if (op instanceof Op.GroupedAttention attention) {
      groupedAttention(node, attention);
    } else if (op instanceof Op.ScatterRows) {
      scatterRows(node);
    } else if (op instanceof Op.Sum sum) {
      sum(node, sum);
    } else if (op instanceof Op.MeanLast) {
      String axes = integers(List.of(-1L));
      emit(
          "",
          "ReduceMean",
          List.of(node.input(0).name(), axes),
          names(node),
          integer("keepdims", 1));
    } else {
      plain(node, op);
    }
  }

  private void plain(Node node, Op op) {
    if (op instanceof Op.Add) {
      emit("", "Add", node);
    } else if (op instanceof Op.Subtract) {
      emit("", "Sub", node);
    } else if (op instanceof Op.Multiply) {
      emit("", "Mul", node);
    } else if (op instanceof Op.Negate) {
      emit("", "Neg", node);
    } else if (op instanceof Op.Exp) {
      emit("", "Exp", node);
    } else if (op instanceof Op.Sigmoid) {
      emit("", "Sigmoid", node);
    } else if (op instanceof Op.Silu) {
      emit(FUSED, "QuickGelu", node, real("alpha", 1));
    } else if (op instanceof Op.GeluTanh) {
      emit(FUSED, "FastGelu", node);
    } else if (op instanceof Op.Softmax) {
      emit("", "Softmax", node, integer("axis", -1));
    } else if (op instanceof Op.LogSoftmax) {
      emit("", "LogSoftmax", node, integer("axis", -1));
    } else if (op instanceof Op.Reshape) {
      emit("", "Reshape", node, integer("allowzero", 1));
    } else if (op instanceof Op.Transpose transpose) {
      emit("", "Transpose", node, OnnxParts.integers("perm", transpose.permutation()));
    } else if (op instanceof Op.Concat concat) {
      emit("", "Concat", node, integer("axis", concat.axis()));
    } else if (op instanceof Op.Split split) {
      emit("", "Split", node, integer("axis", split.axis()));
    } else if (op instanceof Op.GatherRows) {
      emit("", "Gather", node, integer("axis", 0));
    } else if (op instanceof Op.Gather gather) {
      emit("", "Gather", node, integer("axis", gather.axis()));
    } else if (op instanceof Op.Pick) {
      emit("", "GatherND", node);
    } else if (op instanceof Op.Place) {
      emit("", "ScatterND", node);
    } else if (op instanceof Op.ArgMaxLast) {
      emit("", "ArgMax", node, integer("axis", -1), integer("keepdims", 0));
    } else if (op instanceof Op.Zeros) {
      emit("", "ConstantOfShape", node);
    } else if (op instanceof Op.ShapeOf) {
      emit("", "Shape", node);
    } else if (op instanceof Op.LengthOf length) {
      emit("", "Shape", node, integer("start", length.axis()), integer("end", length.axis() + 1L));
    } else {
      throw new IllegalArgumentException("no ONNX operator for " + op);
    }
  }

  private void matMul(Node node, Op.MatMul op) {
    if (!op.transposeA() && !op.transposeB() && op.alpha() == 1) {
      emit("", "MatMul", node);
      return;
    }
    emit(
        FUSED,
        "FusedMatMul",
        node,
        integer("transA", op.transposeA() ? 1 : 0),
        integer("transB", op.transposeB() ? 1 : 0),
        real("alpha", op.alpha()));
  }

  private void matMulInt8(Node node) {
    RoundedRows rows = roundedRows.computeIfAbsent(node.input(0).name(), this::rounded);
    String product = auxiliary();
    emit(
        FUSED,
        "MatMulIntegerToFloat",
        List.of(rows.values(), node.input(1).name(), scalar(1), node.input(2).name(), middle()),
        List.of(product));
    emit("", "Mul", List.of(product, rows.scale()), names(node));
  }

  /**
   * Rows rounded to 8 bits, by the names of their tensors.
   *
   * @param values [N, I] (uint8), 128 for zero
   * @param scale [N, 1]
   */
  private record RoundedRows(String values, String scale) {}

  private RoundedRows rounded(String x) {
    String magnitudes = then("Abs", x);
    String largest = auxiliary();
    String axes = integers(List.of(-1L));
    emit("", "ReduceMax", List.of(magnitudes, axes), List.of(largest), integer("keepdims", 0));
    String scale = then("Max", then("Mul", largest, scalar(1.0 / 127)), scalar(LEAST_SCALE));
    String zeros = auxiliary();
    emit(
        "",
        "Cast",
        List.of(then("Max", then("Neg", scale), scalar(MIDDLE))),
        List.of(zeros),
        integer("to", TensorProto.DataType.UINT8.getNumber()));
    String values = auxiliary();
    emit("", "QuantizeLinear", List.of(x, scale, zeros), List.of(values), integer("axis", 0));
    return new RoundedRows(values, then("Unsqueeze", scale, axes));
  }

  private void matMulBlocks(Node node, Op.MatMulBlocks op) {
    long inputs = ((Axis.Fixed) node.input(0).shape().axis(-1)).size();
    long outputs = ((Axis.Fixed) node.input(1).shape().axis(0)).size();
    emit(
        FUSED,
        "MatMulNBits",
        node,
        integer("K", inputs),
        integer("N", outputs),
        integer("bits", op.bits()),
        integer("block_size", op.block()),
        integer("accuracy_level", INT8_ACTIVATIONS));
  }

  private void sumBlocks(Node node, Op.SumBlocks op) {
    long width = ((Axis.Fixed) node.input(0).shape().axis(-1)).size();
    String blocks = auxiliary();
    emit(
        "",
        "Reshape",
        List.of(
            node.input(0).name(), integers(List.of(-1L, width / op.block(), (long) op.block()))),
        List.of(blocks));
    emit(
        "",
        "ReduceSum",
        List.of(blocks, integers(List.of(-1L))),
        names(node),
        integer("keepdims", 0));
  }

  private void gatherBlocks(Node node, Op.GatherBlocks op) {
    emit(
        FUSED,
        "GatherBlockQuantized",
        node,
        integer("bits", 8),
        integer("block_size", op.block()),
        integer("gather_axis", 0),
        integer("quantize_axis", 1));
  }

  private void rmsNorm(Node node, Op.RmsNorm op) {
    Node sum = sums.get(node);
    if (sum == null) {
      emit(
          "",
          "SimplifiedLayerNormalization",
          node,
          integer("axis", -1),
          real("epsilon", op.epsilon()));
      return;
    }
    List<String> inputs = List.of(sum.input(0).name(), sum.input(1).name(), node.input(1).name());
    emit(
        FUSED,
        "SkipSimplifiedLayerNormalization",
        inputs,
        List.of(node.outputs().get(0).name(), "", "", sum.output().name()),
        real("epsilon", op.epsilon()));
  }

  private void rotary(Node node, Op.Rotary op) {
    List<String> inputs = node.inputs().subList(0, 4).stream().map(Tensor::name).toList();
    emit(FUSED, "RotaryEmbedding", inputs, names(node), integer("num_heads", op.heads()));
  }

  private void groupedAttention(Node node, Op.GroupedAttention op) {
    List<String> inputs = new ArrayList<>(node.inputs().stream().map(Tensor::name).toList());
    if (op.projections() == 1) {
      inputs.addAll(1, List.of("", ""));
    }
    emit(
        FUSED,
        "GroupQueryAttention",
        inputs,
        names(node),
        integer("num_heads", op.heads()),
        integer("kv_num_heads", op.keyValueHeads()),
        real("scale", op.scale()),
        integer("local_window_size", op.window().isPresent() ? op.window().getAsInt() : -1),
        integer("do_rotary", op.turns(node.inputs().size()) ? 1 : 0));
  }

  private void scatterRows(Node node) {
    String column = auxiliary();
    String axis = integers(List.of(-1L));
    emit("", "Unsqueeze", List.of(node.input(1).name(), axis), List.of(column));
    emit("", "ScatterND", List.of(node.input(0).name(), column, node.input(2).name()), names(node));
  }

  private void sum(Node node, Op.Sum op) {
    String axes = integers(op.axes().stream().map(Integer::longValue).toList());
    emit(
        "",
        "ReduceSum",
        List.of(node.input(0).name(), axes),
        names(node),
        integer("keepdims", op.keep() ? 1 : 0));
  }

  private void emit(String domain, String type, Node node, AttributeProto... attributes) {
    emit(domain, type, node.inputs().stream().map(Tensor::name).toList(), names(node), attributes);
  }

  private void emit(
      String domain,
      String type,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    used.addAll(inputs);
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(type)
            .setName(type + "/" + outputs.get(0))
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  private String auxiliary() {
    return "aux" + auxiliary++;
  }

  /** The one result of an operator without attributes, by name. */
  private String then(String type, String... inputs) {
    String result = auxiliary();
    emit("", type, List.of(inputs), List.of(result));
    return result;
  }

  /** An auxiliary float32 scalar, by name. */
  private String scalar(double value) {
    String name = auxiliary();
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addFloatData((float) value));
    return name;
  }

  /** The zero of rounded rows, a uint8 scalar, by name. */
  private String middle() {
    String name = auxiliary();
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.UINT8.getNumber())
            .addInt32Data(MIDDLE));
    return name;
  }

  /** An auxiliary int64 vector, by name. */
  private String integers(List<Long> values) {
    String name = auxiliary();
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.size())
            .addAllInt64Data(values));
    return name;
  }

  private static List<String> names(Node node) {
    return node.outputs().stream().map(Tensor::name).toList();
  }
}
