package dev.tuneworthy.task;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * SHA-256 over texts, each preceded by its length, so that no two different sequences of texts run
 * together into the same bytes.
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

  public ContentHash add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
    return this;
  }

  /** The hash in lower-case hex; to be asked once. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(
      List<String> instructions,
      List<String> choices,
      Metric metric,
      double tolerance,
      Map<Split, List<Example>> examples) {
    ContentHash hash = new ContentHash().add("task 1").add(instructions.get(0));
    hash.add(metric.label());
    if (instructions.size() > 1) {
      hash.add("instructions " + instructions.size());
      instructions.stream().skip(1).forEach(hash::add);
    }
    hash.add(Double.toString(tolerance)).add(choices.size() + "");
    choices.forEach(hash::add);
    for (Split split : Split.values()) {
      hash.add(split.label()).add(examples.get(split).size() + "");
      for (Example example : examples.get(split)) {
        hash.add(example.history().size() + "");
        example.history().forEach(turn -> hash.add(turn.role()).add(turn.content()));
        hash.add(example.input()).add(example.expected()).add(example.group().orElse(""));
      }
    }
    return hash.hex();
  }
}
