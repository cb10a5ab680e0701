package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Makes a checkpoint of a Hugging Face folder: safetensors, single or sharded, and its JSON. */
final class HuggingFaceFolder {
  private static final int MAX_JSON_BYTES = 1 << 23;
  private static final int MAX_SHARDS = 1 << 12;
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final List<MappedFile> files = new ArrayList<>();

  private HuggingFaceFolder(Path folder) {
    this.folder = folder;
  }

  /** Opens the folder; closes its files again if anything about it is wrong. */
  static Checkpoint open(Path folder, FileDigests digests) {
    HuggingFaceFolder reader = new HuggingFaceFolder(folder);
    try {
      return reader.read(digests);
    } catch (RuntimeException e) {
      reader.files.forEach(MappedFile::close);
      throw e;
    }
  }

  private Checkpoint read(FileDigests digests) {
    JsonFields json = json("config.json").orElseThrow(() -> missing("config.json"));
    Path tokenizerFile = folder.resolve("tokenizer.json");
    HuggingFaceConfig reader = new HuggingFaceConfig(json);
    ModelConfig config = reader.config(json("generation_config.json"));
    Map<String, StoredTensor> tensors = tensors();
    // Older exports carry the rotary frequencies, which follow from the configuration.
    tensors.keySet().removeIf(name -> name.endsWith(".self_attn.rotary_emb.inv_freq"));
    if (config.tiedEmbeddings()) {
      tensors.remove(TensorLayout.OUTPUT);
    }
    new TensorLayout(config).check(folder, tensors);
    Optional<JsonFields> tokenizerConfig = json("tokenizer_config.json");
    TokenizerSource tokenizer =
        new TokenizerSource.HuggingFaceFile(
            tokenizerFile,
            tokenizerConfig.flatMap(c -> specialToken(c, "bos_token")),
            tokenizerConfig.flatMap(c -> specialToken(c, "eos_token")));
    return new MappedCheckpoint(
        folder,
        config,
        tensors,
        files,
        tokenizer,
        template(tokenizerConfig).or(reader.architecture()::chatTemplate),
        digests);
  }

  private Map<String, StoredTensor> tensors() {
    Optional<JsonFields> index = json(INDEX);
    if (index.isPresent()) {
      return sharded(index.get());
    }
    Path single = folder.resolve(WEIGHTS);
    if (!Files.isRegularFile(single)) {
      pickles()
          .ifPresent(
              pickle -> {
                throw CheckpointErrors.pickle(pickle);
              });
      throw missing(WEIGHTS);
    }
    return new LinkedHashMap<>(map(single).tensors());
  }

  private Map<String, StoredTensor> sharded(JsonFields index) {
    JsonNode weightMap = index.root().path("weight_map");
    if (!weightMap.isObject() || weightMap.isEmpty()) {
      throw index.bad("weight_map", "tensor names and their files", JsonFields.shown(weightMap));
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (String shard : shards(index, weightMap)) {
      SafetensorsFile file = map(folder.resolve(shard));
      file.tensors()
          .forEach(
              (name, tensor) -> {
                String declared = weightMap.path(name).asText("no entry");
                if (!declared.equals(shard) || tensors.put(name, tensor) != null) {
                  throw index.bad("weight_map, " + name, shard + ", which holds it", declared);
                }
              });
    }
    weightMap
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!tensors.containsKey(name)) {
                throw index.bad("weight_map, " + name, "a tensor in its shard", "no such tensor");
              }
            });
    return tensors;
  }

  /** The shards by name; a name is a plain file name, so that an index cannot point elsewhere. */
  private static Iterable<String> shards(JsonFields index, JsonNode weightMap) {
    TreeSet<String> shards = new TreeSet<>();
    for (JsonNode shard : weightMap) {
      if (!shard.isTextual() || !shard.textValue().matches("[A-Za-z0-9._-]+\\.safetensors")) {
        throw index.bad("weight_map", "plain names of safetensors files", JsonFields.shown(shard));
      }
      shards.add(shard.textValue());
    }
    if (shards.size() > MAX_SHARDS) {
      throw index.bad("weight_map", "at most " + MAX_SHARDS + " shards", "" + shards.size());
    }
    return shards;
  }

  private SafetensorsFile map(Path path) {
    if (!Files.isRegularFile(path)) {
      throw missing(String.valueOf(path.getFileName()));
    }
    MappedFile file = MappedFile.open(path);
    files.add(file);
    return SafetensorsFile.read(file, ErrorCode.BAD_CHECKPOINT);
  }

  private Optional<Path> pickles() {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(p -> Checkpoints.isPickle(p.getFileName().toString())).findFirst();
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(folder, e);
    }
  }

  private Optional<String> template(Optional<JsonFields> tokenizerConfig) {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      try {
        if (Files.size(file) > MAX_JSON_BYTES) {
          throw CheckpointErrors.bad(file, "size", "at most " + MAX_JSON_BYTES, "more");
        }
        return Optional.of(Files.readString(file));
      } catch (CharacterCodingException e) {
        throw CheckpointErrors.bad(file, "content", "UTF-8 text", "other bytes");
      } catch (IOException e) {
        throw CheckpointErrors.unreadable(file, e);
      }
    }
    Optional<JsonNode> inConfig = tokenizerConfig.flatMap(c -> c.field("chat_template"));
    if (inConfig.isPresent() && inConfig.get().isArray()) {
      for (JsonNode named : inConfig.get()) {
        if (named.path("name").asText("").equals("default")) {
          return Optional.of(named.path("template").asText(""));
        }
      }
      return Optional.empty();
    }
    return tokenizerConfig.flatMap(c -> c.text("chat_template"));
  }

  private static Optional<String> specialToken(JsonFields config, String name) {
    Optional<JsonNode> node = config.field(name);
    if (node.isPresent() && node.get().isObject()) {
      return Optional.of(node.get().path("content").asText(""));
    }
    return config.text(name);
  }

  private Optional<JsonFields> json(String name) {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file)
        ? Optional.of(JsonFields.read(file, ErrorCode.BAD_CHECKPOINT, MAX_JSON_BYTES))
        : Optional.empty();
  }

  private RuntimeException missing(String name) {
    return CheckpointErrors.bad(folder, name, "a file of that name", "none");
  }
}
