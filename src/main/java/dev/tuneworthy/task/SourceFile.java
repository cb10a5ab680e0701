package dev.tuneworthy.task;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads bounded text files, strictly as UTF-8. */
final class SourceFile {
  /** A line without its end, numbered from 1. */
  record Line(int number, String text) {}

  private SourceFile() {}

  /** The name by which errors call a file; not its folder, which is nobody's business. */
  static String name(Path file) {
    Path last = file.getFileName();
    return last == null ? file.toString() : last.toString();
  }

  /** All bytes of a regular file of at most {@code limit} bytes. */
  static byte[] bytes(Path file, long limit) {
    String name = name(file);
    if (!Files.exists(file)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND, name, "a file", "nothing at " + file, "Check the path.");
    }
    if (!Files.isRegularFile(file)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND, name, "a regular file", "something else", "Check the path.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) limit + 1);
      if (bytes.length > limit) {
        throw ServiceException.of(
            ErrorCode.INPUT_TOO_LARGE,
            name,
            "at most " + limit + " bytes",
            Files.size(file) + " bytes",
            "Split the file or drop what is not needed.");
      }
      return bytes;
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.DISK, name + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The non-blank lines of a file of examples or items. */
  static List<Line> lines(Path file, ErrorCode code) {
    byte[] bytes = bytes(file, InputLimits.FILE_BYTES);
    List<Line> lines = new ArrayList<>();
    int number = 0;
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      number++;
      String where = name(file) + ":" + number;
      checkLine(where, number, end - start);
      String text = decode(bytes, start, end - start, where, code);
      if (!text.isBlank()) {
        lines.add(new Line(number, text));
      }
      start = end + 1;
    }
    return lines;
  }

  private static void checkLine(String where, int number, int bytes) {
    if (number > InputLimits.LINES) {
      throw ServiceException.of(
          ErrorCode.INPUT_TOO_LARGE,
          where,
          "at most " + InputLimits.LINES + " lines",
          "more",
          "Use a sample of the data.");
    }
    if (bytes > InputLimits.FIELD) {
      throw ServiceException.of(
          ErrorCode.INPUT_TOO_LARGE,
          where,
          "a line of at most " + InputLimits.FIELD + " bytes",
          bytes + " bytes",
          "Shorten the example; no model of this size could read it.");
    }
  }

  /** Text from UTF-8, less a byte order mark and a carriage return at the end. */
  static String decode(byte[] bytes, int offset, int length, String where, ErrorCode code) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, offset, length))
              .toString();
      int from = offset == 0 && text.startsWith("\uFEFF") ? 1 : 0;
      int to = text.endsWith("\r") ? text.length() - 1 : text.length();
      return text.substring(from, Math.max(from, to));
    } catch (CharacterCodingException e) {
      throw new ServiceException(
          code, where + ": expected UTF-8, found other bytes. Convert the file to UTF-8.", e);
    }
  }
}
