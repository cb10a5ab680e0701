package dev.tuneworthy.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A checkpoint over mapped files; both file formats end here. Owns the files it is given. */
final class MappedCheckpoint implements Checkpoint {
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
    tensor(name).readInto(target);
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
