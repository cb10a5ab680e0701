package dev.tuneworthy.evaluation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Walks the whole lines of a cache file once, holding at most one line in memory. */
final class ResultCacheScan {
  private final FileChannel channel;
  private final int longestLine;
  private long end;
  private int damaged;

  ResultCacheScan(FileChannel channel, int longestLine) {
    this.channel = channel;
    this.longestLine = longestLine;
  }

  @FunctionalInterface
  interface Line {
    /**
     * Takes one line.
     *
     * @param offset of the line's first byte in the file
     * @param length in bytes without the line's end
     */
    void accept(String line, long offset, int length);
  }

  /** Calls back for each line that has its end; a longer line than allowed counts as damaged. */
  void forEachLine(Line line) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    ByteArrayOutputStream open = new ByteArrayOutputStream();
    boolean tooLong = false;
    long position = 0;
    while (channel.read(buffer, position) > 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        position++;
        if (next != '\n') {
          tooLong |= open.size() >= longestLine;
          if (!tooLong) {
            open.write(next);
          }
          continue;
        }
        if (tooLong) {
          countDamaged();
        } else {
          line.accept(open.toString(StandardCharsets.UTF_8), end, open.size());
        }
        open.reset();
        tooLong = false;
        end = position;
      }
      buffer.clear();
    }
  }

  void countDamaged() {
    damaged++;
  }

  /** The offset after the last line's end. */
  long end() {
    return end;
  }

  int damaged() {
    return damaged;
  }
}
