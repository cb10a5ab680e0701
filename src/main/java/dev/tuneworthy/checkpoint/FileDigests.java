package dev.tuneworthy.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of large files, kept on disk so that a model is hashed once.
 *
 * <p>A kept digest counts for the same real paths, sizes and modification times only. A cache
 * folder that cannot be written costs time, never an error. Safe from many threads and processes.
 */
public final class FileDigests {
  private static final int BUFFER_BYTES = 1 << 20;

  private final @Nullable Path folder;

  private FileDigests(@Nullable Path folder) {
    this.folder = folder;
  }

  /** Keeps digests under {@code cacheFolder/digests}. */
  public static FileDigests in(Path cacheFolder) {
    return new FileDigests(cacheFolder.resolve("digests"));
  }

  /** Computes afresh each time. */
  public static FileDigests uncached() {
    return new FileDigests(null);
  }

  /** SHA-256 of the files one after the other, in lower-case hexadecimal. */
  public String sha256(List<Path> files) {
    try {
      String identity = identity(files);
      Optional<String> kept = kept(identity);
      if (kept.isPresent()) {
        return kept.get();
      }
      String digest = compute(files);
      // A file that changed while it was read must not leave a digest behind.
      if (identity(files).equals(identity)) {
        keep(identity, digest);
      }
      return digest;
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(files.get(0), e);
    }
  }

  /** A fresh digest of the algorithm used everywhere here. */
  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String compute(List<Path> files) throws IOException {
    MessageDigest digest = newSha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.update(buffer, 0, n);
        }
      }
    }
    return hex(digest);
  }

  private static String identity(List<Path> files) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : files) {
      Path real = file.toRealPath();
      BasicFileAttributes a = Files.readAttributes(real, BasicFileAttributes.class);
      text.append(real).append('|').append(a.size()).append('|');
      text.append(a.lastModifiedTime().toInstant()).append('|').append(a.fileKey()).append('\n');
    }
    return text.toString();
  }

  private Optional<String> kept(String identity) {
    if (folder == null) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(entry(folder, identity), StandardCharsets.UTF_8);
      boolean whole = lines.size() == 1 && lines.get(0).matches("[0-9a-f]{64}");
      return whole ? Optional.of(lines.get(0)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void keep(String identity, String digest) {
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Path partial = Files.createTempFile(folder, "digest", ".part");
      Files.writeString(partial, digest + "\n");
      Files.move(partial, entry(folder, identity), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // A digest that is not kept is computed again next time; nothing else depends on it.
      return;
    }
  }

  private static Path entry(Path folder, String identity) {
    MessageDigest name = newSha256();
    name.update(identity.getBytes(StandardCharsets.UTF_8));
    return folder.resolve(hex(name));
  }
}
