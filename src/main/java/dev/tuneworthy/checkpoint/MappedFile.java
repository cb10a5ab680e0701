package dev.tuneworthy.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole file mapped read-only, of any size: a buffer addresses at most 2 GB, so the file is
 * mapped in slices that overlap by the longest view. Safe from many threads.
 */
final class MappedFile implements AutoCloseable {
  /** The longest view; slices overlap by this much, so that every view lies within one slice. */
  static final int MAX_VIEW_BYTES = 1 << 26;

  private static final int SLICE_BYTES = 1 << 30;

  private final Path path;
  private final long size;
  private volatile @Nullable List<MappedByteBuffer> slices;

  private MappedFile(Path path, long size, List<MappedByteBuffer> slices) {
    this.path = path;
    this.size = size;
    this.slices = slices;
  }

  static MappedFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      List<MappedByteBuffer> slices = new ArrayList<>();
      for (long start = 0; start < size; start += SLICE_BYTES) {
        long length = Math.min((long) SLICE_BYTES + MAX_VIEW_BYTES, size - start);
        slices.add(channel.map(FileChannel.MapMode.READ_ONLY, start, length));
      }
      return new MappedFile(path, size, List.copyOf(slices));
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(path, e);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /** Bytes {@code offset} to {@code offset + length}, little-endian, position 0. */
  ByteBuffer view(long offset, int length) {
    List<MappedByteBuffer> open = slices;
    if (open == null) {
      throw new IllegalStateException(path + " is closed");
    }
    if (length < 0 || length > MAX_VIEW_BYTES || offset < 0 || offset > size - length) {
      throw new IllegalArgumentException(
          "view of " + length + " bytes at " + offset + " in " + size + " bytes of " + path);
    }
    if (length == 0) {
      return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    int slice = (int) (offset / SLICE_BYTES);
    int start = (int) (offset - (long) slice * SLICE_BYTES);
    return open.get(slice).slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Forgets the slices; the platform unmaps them once no view is left. */
  @Override
  public void close() {
    slices = null;
  }
}
