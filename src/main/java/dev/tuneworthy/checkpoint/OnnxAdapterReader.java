package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the FlatBuffer of an {@link OnnxAdapter}, whoever wrote it. Every place that the file names
 * is checked to lie in the file before it is read; nothing is allocated by what a file claims.
 */
final class OnnxAdapterReader {
  private static final int MAX_DIMENSIONS = 8;
  private static final int MAX_NAME = 1024;

  private final Path path;
  private final ByteBuffer in;

  private OnnxAdapterReader(Path path, ByteBuffer in) {
    this.path = path;
    this.in = in;
  }

  static OnnxAdapter read(Path path) {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      if (file.size() < 8 || file.size() > Integer.MAX_VALUE) {
        throw bad(path, "8 bytes to 2 GiB", file.size() + " bytes");
      }
      ByteBuffer in = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      return new OnnxAdapterReader(path, in.order(ByteOrder.LITTLE_ENDIAN)).adapter();
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(path, e);
    }
  }

  private OnnxAdapter adapter() {
    byte[] identifier = new byte[4];
    in.get(4, identifier);
    String found = new String(identifier, StandardCharsets.ISO_8859_1);
    if (!found.equals(OnnxAdapterWriter.IDENTIFIER)) {
      throw bad("the identifier " + OnnxAdapterWriter.IDENTIFIER, "another");
    }
    Table root = new Table(follow(0));
    int version = root.integer(0);
    if (version != OnnxAdapterWriter.FORMAT_VERSION) {
      throw bad("format_version " + OnnxAdapterWriter.FORMAT_VERSION, "" + version);
    }
    int list = root.reference(3, "parameters");
    int count = count(list, 4, "parameters");
    List<OnnxAdapter.Parameter> parameters = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < count; i++) {
      OnnxAdapter.Parameter next = parameter(new Table(follow(list + 4 + 4 * i)));
      total += 4L * next.values().remaining();
      // Two parameters may name the same bytes, so that a small file could claim much.
      if (total > in.limit()) {
        throw bad("data that lie in the file once", "more than its " + in.limit() + " bytes");
      }
      parameters.add(next);
    }
    try {
      return new OnnxAdapter(root.integer(1), root.integer(2), parameters);
    } catch (IllegalArgumentException e) {
      throw bad("parameters of different names", String.valueOf(e.getMessage()));
    }
  }

  private OnnxAdapter.Parameter parameter(Table table) {
    String name = name(table.reference(0, "name"));
    int type = table.integer(2);
    if (type != OnnxAdapterWriter.FLOAT32) {
      throw bad(name + " in float32 (data_type 1)", "data_type " + type);
    }
    List<Long> shape = shape(name, table.reference(1, name + ", dims"));
    int at = table.reference(3, name + ", raw_data");
    int bytes = count(at, 1, name + ", raw_data");
    long elements = 1;
    for (long size : shape) {
      elements = size > bytes || elements > bytes ? Long.MAX_VALUE : elements * size;
    }
    if (elements > bytes || 4 * elements != bytes) {
      throw bad(name + " of shape " + shape, bytes + " bytes of data");
    }
    FloatBuffer values = part(at + 4, bytes).asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw bad("finite weights", values.get(i) + " in " + name);
      }
    }
    return OnnxAdapter.Parameter.copyOf(name, shape, values);
  }

  private String name(int at) {
    int length = count(at, 1, "name");
    if (length < 1 || length > MAX_NAME) {
      throw bad("a name of 1 to " + MAX_NAME + " bytes", length + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part(at + 4, length)).toString();
    } catch (CharacterCodingException e) {
      throw bad("a name in UTF-8", "other bytes");
    }
  }

  private List<Long> shape(String name, int at) {
    int dimensions = count(at, 8, name + ", dims");
    if (dimensions > MAX_DIMENSIONS) {
      throw bad(name + " of at most " + MAX_DIMENSIONS + " dimensions", "" + dimensions);
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      long size = in.getLong(at + 4 + 8 * i);
      if (size < 0) {
        throw bad(name + " of dimensions from 0 on", "" + size);
      }
      shape.add(size);
    }
    return shape;
  }

  private ByteBuffer part(int from, int length) {
    return in.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Length of the vector at a place, whose elements all lie in the file. */
  private int count(int at, int elementBytes, String what) {
    int count = integerAt(at);
    if (count < 0 || (long) count * elementBytes > in.limit() - (at + 4L)) {
      throw bad(what + " inside the file", Integer.toUnsignedString(count) + " elements");
    }
    return count;
  }

  /** Where the reference at a place leads. */
  private int follow(int at) {
    long target = at + Integer.toUnsignedLong(integerAt(at));
    if (target == at || target > in.limit() - 4L) {
      throw bad("references inside the file", "one to byte " + target);
    }
    return (int) target;
  }

  private int integerAt(long at) {
    if (at < 0 || at > in.limit() - 4L) {
      throw bad("references inside the file", "one to byte " + at);
    }
    return in.getInt((int) at);
  }

  /** A FlatBuffer table: fields are found through the table of offsets that it points back to. */
  private final class Table {
    private final int at;
    private final int offsets;
    private final int offsetBytes;

    Table(int at) {
      this.at = at;
      long back = at - (long) integerAt(at);
      integerAt(back);
      this.offsets = (int) back;
      this.offsetBytes = Short.toUnsignedInt(in.getShort(offsets));
      if (offsetBytes < 4 || back + offsetBytes > in.limit()) {
        throw bad("a table of fields inside the file", "one of " + offsetBytes + " bytes");
      }
    }

    /** A number; one that is not there is 0, as the format has it. */
    int integer(int field) {
      int place = place(field);
      return place == 0 ? 0 : integerAt(at + (long) place);
    }

    int reference(int field, String what) {
      int place = place(field);
      if (place == 0) {
        throw bad(what, "none");
      }
      integerAt(at + (long) place);
      return follow(at + place);
    }

    private int place(int field) {
      int slot = 4 + 2 * field;
      return slot + 2 > offsetBytes ? 0 : Short.toUnsignedInt(in.getShort(offsets + slot));
    }
  }

  private ServiceException bad(String expected, String found) {
    return bad(path, expected, found);
  }

  private static ServiceException bad(Path path, String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_ADAPTER, "adapter " + path, expected, found, "Export the adapter again.");
  }
}
