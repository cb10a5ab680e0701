package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestsTest {
  /** SHA-256 of "abc", FIPS 180-2 appendix B.1. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;
  private Path file;
  private Path cache;

  @BeforeEach
  void writeAFile() throws IOException {
    file = Files.writeString(folder.resolve("file"), "abc");
    cache = folder.resolve("cache");
  }

  @Test
  void hashesOneFileOrSeveralInARow() throws IOException {
    Path a = Files.writeString(folder.resolve("a"), "a");
    Path bc = Files.writeString(folder.resolve("bc"), "bc");

    assertThat(FileDigests.uncached().sha256(List.of(file))).isEqualTo(ABC);
    assertThat(FileDigests.uncached().sha256(List.of(a, bc))).isEqualTo(ABC);
  }

  @Test
  void readsAKnownDigestInsteadOfHashingAgain() throws IOException {
    FileDigests.in(cache).sha256(List.of(file));
    Path kept = onlyEntry();
    Files.writeString(kept, "0".repeat(64) + "\n");

    assertThat(FileDigests.in(cache).sha256(List.of(file))).isEqualTo("0".repeat(64));
  }

  @Test
  void hashesAgainWhenSizeOrTimeChangedOrTheEntryIsDamaged() throws IOException {
    FileDigests digests = FileDigests.in(cache);
    digests.sha256(List.of(file));
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "abcd");
    Files.setLastModifiedTime(file, time);
    assertThat(digests.sha256(List.of(file))).isNotEqualTo(ABC);

    Files.writeString(file, "abc");
    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 5_000));
    assertThat(digests.sha256(List.of(file))).isEqualTo(ABC);

    try (Stream<Path> entries = Files.list(cache.resolve("digests"))) {
      for (Path entry : entries.toList()) {
        Files.writeString(entry, "half a dig");
      }
    }
    assertThat(digests.sha256(List.of(file))).isEqualTo(ABC);
  }

  @Test
  void worksWithoutAWritableCache() throws IOException {
    Path blocked = Files.writeString(folder.resolve("not-a-folder"), "");

    assertThat(FileDigests.in(blocked).sha256(List.of(file))).isEqualTo(ABC);
  }

  @Test
  void reportsAFileThatCannotBeRead() {
    assertThatThrownBy(() -> FileDigests.in(cache).sha256(List.of(folder.resolve("none"))))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DISK);
              assertThat(e.retryable()).isTrue();
            });
  }

  private Path onlyEntry() throws IOException {
    try (Stream<Path> entries = Files.list(cache.resolve("digests"))) {
      List<Path> found = entries.toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }
}
