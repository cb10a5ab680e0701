package dev.tuneworthy.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the head of a GGUF file value by value; nothing is allocated before it is bounded. */
final class GgufCursor {
  /** Real heads stay under 32 MiB; what a small file can make the heap hold is a few times this. */
  private static final int MAX_HEAD_BYTES = 1 << 26;

  private final MappedFile file;
  private long position;

  GgufCursor(MappedFile file) {
    this.file = file;
  }

  long position() {
    return position;
  }

  long remaining() {
    return file.size() - position;
  }

  ByteBuffer take(int bytes, String field) {
    if (bytes > remaining()) {
      throw CheckpointErrors.bad(
          file.path(),
          field,
          bytes + " bytes at offset " + position,
          remaining() + " bytes left in the file");
    }
    if (position + bytes > MAX_HEAD_BYTES) {
      throw CheckpointErrors.bad(
          file.path(), field, "a head of at most " + MAX_HEAD_BYTES + " bytes", "more");
    }
    ByteBuffer view = file.view(position, bytes);
    position += bytes;
    return view;
  }

  long uint32(String field) {
    return Integer.toUnsignedLong(take(4, field).getInt());
  }

  /** An unsigned 64-bit count or length of at most {@code most}. */
  long count(String field, long most) {
    long value = take(8, field).getLong();
    if (value < 0 || value > most) {
      throw CheckpointErrors.bad(
          file.path(), field, "at most " + most, Long.toUnsignedString(value));
    }
    return value;
  }

  String string(String field, int mostBytes) {
    int length = (int) count("length of " + field, mostBytes);
    ByteBuffer bytes = take(length, field);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw CheckpointErrors.bad(file.path(), field, "UTF-8 text", "bytes that are not: " + e);
    }
  }
}
