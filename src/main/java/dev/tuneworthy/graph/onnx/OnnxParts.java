package dev.tuneworthy.graph.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.tuneworthy.graph.Constant;
import dev.tuneworthy.graph.Shape.Axis;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** What a node and a graph are made of, in ONNX's protobuf: attributes, constants, values. */
final class OnnxParts {
  private OnnxParts() {}

  /** A constant: its elements, or where they are to be had. */
  static TensorProto initializer(Constant constant) {
    Tensor tensor = constant.tensor();
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(tensor.name()).setDataType(elementType(tensor));
    long bytes = tensor.type().bytes();
    for (Axis axis : tensor.shape().axes()) {
      long size = ((Axis.Fixed) axis).size();
      proto.addDims(size);
      bytes *= size;
    }
    if (constant instanceof Constant.Inline inline) {
      proto.setRawData(ByteString.copyFrom(inline.data().duplicate()));
    } else {
      proto.setDataLocation(TensorProto.DataLocation.EXTERNAL);
      entry(proto, "location", OnnxWriter.GIVEN_TO_THE_SESSION);
      entry(proto, "offset", "0");
      entry(proto, "length", Long.toString(bytes));
    }
    return proto.build();
  }

  private static void entry(TensorProto.Builder proto, String key, String value) {
    proto.addExternalData(OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value));
  }

  /** Name, element type and shape of a value. */
  static ValueInfoProto valueInfo(Tensor tensor) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Axis axis : tensor.shape().axes()) {
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      if (axis instanceof Axis.Fixed fixed) {
        dimension.setDimValue(fixed.size());
      } else {
        dimension.setDimParam(axis.toString());
      }
      shape.addDim(dimension);
    }
    return ValueInfoProto.newBuilder()
        .setName(tensor.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(elementType(tensor)).setShape(shape)))
        .build();
  }

  private static int elementType(Tensor tensor) {
    return switch (tensor.type()) {
      case FLOAT32 -> TensorProto.DataType.FLOAT.getNumber();
      case INT64 -> TensorProto.DataType.INT64.getNumber();
      case INT32 -> TensorProto.DataType.INT32.getNumber();
      case INT8 -> TensorProto.DataType.INT8.getNumber();
      case UINT8 -> TensorProto.DataType.UINT8.getNumber();
    };
  }

  /** An attribute. */
  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** An attribute. */
  static AttributeProto real(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  /** An attribute. */
  static AttributeProto integers(String name, List<Integer> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(IntStream.range(0, values.size()).mapToObj(i -> (long) values.get(i)).toList())
        .build();
  }
}
