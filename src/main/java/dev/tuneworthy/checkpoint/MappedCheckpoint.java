package dev.tuneworthy.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A checkpoint over mapped files; both file formats end here. Owns the files it is given. */
final class MappedCheckpoint implements Checkpoint {
  private static final int CHECKED_AT_ONCE = 1 << 16;

  /** The bits of infinity; those of NaN are above. */
  private static final int NOT_FINITE = 0x7f800000;

  private final Path location;
  private final ModelConfig config;
  private final Map<String, StoredTensor> tensors;
  private final List<MappedFile> files;
  private final TokenizerSource tokenizer;
  private final Optional<String> chatTemplate;
  private final FileDigests digests;

  MappedCheckpoint(
      Path location,
      ModelConfig config,
      Map<String, StoredTensor> tensors,
      List<MappedFile> files,
      TokenizerSource tokenizer,
      Optional<String> chatTemplate,
      FileDigests digests) {
    this.location = location;
    this.config = config;
    this.tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    this.files = List.copyOf(files);
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.digests = digests;
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Set<String> tensorNames() {
    return tensors.keySet();
  }

  @Override
  public long[] shape(String name) {
    return tensor(name).shape().stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void readFloats(String name, FloatBuffer target) {
    int start = target.position();
    tensor(name).readInto(target);
    refuseOtherThanNumbers(name, target, start);
  }

  /**
   * One weight that is NaN or infinite makes every answer meaningless without any other sign. The
   * exponent of such a value is all ones, which whole-number comparisons find fastest.
   */
  private void refuseOtherThanNumbers(String name, FloatBuffer values, int start) {
    int elements = values.position() - start;
    int largest =
        IntStream.range(0, (elements + CHECKED_AT_ONCE - 1) / CHECKED_AT_ONCE)
            .parallel()
            .map(part -> largest(values, start + part * CHECKED_AT_ONCE))
            .max()
            .orElse(0);
    if (largest >= NOT_FINITE) {
      throw CheckpointErrors.bad(
          location, "tensor " + name, "finite weights", Float.intBitsToFloat(largest) + " in it");
    }
  }

  /** The largest magnitude, as the bits of a float, from {@code from} on. */
  private static int largest(FloatBuffer values, int from) {
    int to = Math.min(values.position(), from + CHECKED_AT_ONCE);
    int largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values.get(i)) & Integer.MAX_VALUE);
    }
    return largest;
  }

  @Override
  public String sha256() {
    return digests.sha256(files.stream().map(MappedFile::path).toList());
  }

  @Override
  public Path location() {
    return location;
  }

  @Override
  public TokenizerSource tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<String> chatTemplate() {
    return chatTemplate;
  }

  @Override
  public void close() {
    files.forEach(MappedFile::close);
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name + " in " + location);
    }
    return tensor;
  }
}
