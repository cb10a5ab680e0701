package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  @TempDir Path folder;

  /** Sparse: it takes no room on disk. */
  @Test
  void readsAcrossTheSlicesOfAFileOfThreeGigabytes() throws IOException {
    Path path = folder.resolve("large");
    long size = 3L << 30;
    long[] places = {0, (1L << 30) - 4, (1L << 31) - 4, size - 8};
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
      for (long place : places) {
        file.seek(place);
        file.writeLong(Long.reverseBytes(place + 1));
      }
    }
    try (MappedFile mapped = MappedFile.open(path)) {
      assertThat(mapped.size()).isEqualTo(size);
      for (long place : places) {
        assertThat(mapped.view(place, 8).getLong()).isEqualTo(place + 1);
      }
      assertThat(mapped.view((1L << 30) - 4, MappedFile.MAX_VIEW_BYTES).getLong())
          .isEqualTo((1L << 30) - 3);
    }
  }

  @Test
  void refusesViewsOutsideTheFileOrTooLong() throws IOException {
    Path path = folder.resolve("small");
    Files.write(path, new byte[10]);
    try (MappedFile mapped = MappedFile.open(path)) {
      assertThat(mapped.view(10, 0).remaining()).isZero();
      for (long[] wrong : new long[][] {{-1, 1}, {0, 11}, {10, 1}, {Long.MAX_VALUE, 1}, {0, -1}}) {
        assertThatThrownBy(() -> mapped.view(wrong[0], (int) wrong[1]))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
