package dev.tuneworthy.evaluation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over a sequence of fields, each preceded by its length in bytes, so that two sequences
 * that differ only in where one field ends do not collide. Not safe for use by several threads.
 */
public final class ContentHash {
  private final MessageDigest digest;

  public ContentHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public ContentHash add(String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    return length(bytes.length).bytes(bytes);
  }

  /** Adds the number of fields and then each of them. */
  public ContentHash add(List<String> fields) {
    length(fields.size());
    fields.forEach(this::add);
    return this;
  }

  /** Ends the hash: 64 lower-case hex digits. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private ContentHash length(int n) {
    return bytes(new byte[] {(byte) (n >>> 24), (byte) (n >>> 16), (byte) (n >>> 8), (byte) n});
  }

  private ContentHash bytes(byte[] bytes) {
    digest.update(bytes);
    return this;
  }
}
