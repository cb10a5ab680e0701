package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Lays an {@link OnnxAdapter} out as a FlatBuffer of ONNX Runtime's schema: a table {@code Adapter}
 * of format_version, adapter_version, model_version and parameters, each a table of name, dims,
 * data_type and raw_data. Everything is laid from front to back: a reference in a FlatBuffer is the
 * distance from itself to what it names, so places are counted first and written second.
 */
final class OnnxAdapterWriter {
  static final String IDENTIFIER = "TORT";
  static final int FORMAT_VERSION = 1;

  /** ONNX's number for float32. */
  static final int FLOAT32 = 1;

  /** Field offsets of both tables, which have four fields of four bytes each. */
  private static final int FIRST = 4;

  private static final int TABLE_BYTES = 20;
  private static final int VTABLE_BYTES = 12;
  private static final int ROOT_VTABLE = 8;
  private static final int PARAMETER_VTABLE = ROOT_VTABLE + VTABLE_BYTES;
  private static final int ROOT = PARAMETER_VTABLE + VTABLE_BYTES;
  private static final int VECTOR = ROOT + TABLE_BYTES;

  private final OnnxAdapter adapter;
  private final ByteBuffer out;

  private OnnxAdapterWriter(OnnxAdapter adapter, int bytes) {
    this.adapter = adapter;
    this.out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] bytes(OnnxAdapter adapter) {
    long end = tables(adapter.parameters().size());
    for (OnnxAdapter.Parameter parameter : adapter.parameters()) {
      end = places(parameter, end).end();
    }
    if (end > Integer.MAX_VALUE - 8) {
      throw ServiceException.of(
          ErrorCode.INPUT_TOO_LARGE,
          "adapter",
          "less than 2 GiB, all that a FlatBuffer holds",
          end + " bytes",
          "Use a smaller rank.");
    }
    OnnxAdapterWriter writer = new OnnxAdapterWriter(adapter, (int) end);
    writer.write();
    return writer.out.array();
  }

  /** Where the parts of a parameter lie. */
  private record Places(int name, int dims, int data, long end) {}

  private static Places places(OnnxAdapter.Parameter parameter, long from) {
    long name = aligned(from, 4, 0);
    int characters = parameter.name().getBytes(StandardCharsets.UTF_8).length;
    long dims = aligned(name + 4 + characters + 1, 8, 4);
    long data = aligned(dims + 4 + 8L * parameter.shape().size(), 8, 4);
    long end = data + 4 + 4L * parameter.values().remaining();
    // Past the largest size nothing is written, so what the narrowing loses is not used.
    return new Places((int) name, (int) dims, (int) data, end);
  }

  /** The first place from {@code at} on that leaves {@code rest} over a multiple. */
  private static long aligned(long at, int multiple, int rest) {
    return (at - rest + multiple - 1) / multiple * multiple + rest;
  }

  /** Where the tables end and their contents begin. */
  private static long tables(int parameters) {
    return VECTOR + 4 + (4L + TABLE_BYTES) * parameters;
  }

  private void write() {
    List<OnnxAdapter.Parameter> parameters = adapter.parameters();
    out.putInt(0, ROOT).put(4, IDENTIFIER.getBytes(StandardCharsets.US_ASCII));
    vtable(ROOT_VTABLE);
    vtable(PARAMETER_VTABLE);
    out.putInt(ROOT, ROOT - ROOT_VTABLE);
    out.putInt(ROOT + FIRST, FORMAT_VERSION).putInt(ROOT + FIRST + 4, adapter.adapterVersion());
    out.putInt(ROOT + FIRST + 8, adapter.modelVersion());
    refer(ROOT + FIRST + 12, VECTOR);
    out.putInt(VECTOR, parameters.size());
    int firstTable = VECTOR + 4 + 4 * parameters.size();
    long end = tables(parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      int table = firstTable + TABLE_BYTES * i;
      refer(VECTOR + 4 + 4 * i, table);
      Places places = places(parameters.get(i), end);
      parameter(parameters.get(i), table, places);
      end = places.end();
    }
  }

  private void vtable(int at) {
    out.putShort(at, (short) VTABLE_BYTES).putShort(at + 2, (short) TABLE_BYTES);
    for (int field = 0; field < 4; field++) {
      out.putShort(at + 4 + 2 * field, (short) (FIRST + 4 * field));
    }
  }

  private void refer(int from, int to) {
    out.putInt(from, to - from);
  }

  private void parameter(OnnxAdapter.Parameter parameter, int table, Places places) {
    out.putInt(table, table - PARAMETER_VTABLE);
    refer(table + FIRST, places.name());
    refer(table + FIRST + 4, places.dims());
    out.putInt(table + FIRST + 8, FLOAT32);
    refer(table + FIRST + 12, places.data());
    byte[] name = parameter.name().getBytes(StandardCharsets.UTF_8);
    out.putInt(places.name(), name.length).put(places.name() + 4, name);
    out.putInt(places.dims(), parameter.shape().size());
    for (int i = 0; i < parameter.shape().size(); i++) {
      out.putLong(places.dims() + 4 + 8 * i, parameter.shape().get(i));
    }
    FloatBuffer values = parameter.values();
    out.putInt(places.data(), 4 * values.remaining());
    out.duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(places.data() + 4)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(values);
  }
}
