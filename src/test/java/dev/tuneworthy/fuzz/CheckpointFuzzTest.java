package dev.tuneworthy.fuzz;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.FileDigests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged GGUF files and Hugging Face folders. */
class CheckpointFuzzTest {
  private static final int GGUF_HEAD = 8_192;

  @TempDir Path folder;

  @Test
  void aDamagedGgufFileIsReadOrRefusedByName() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.ROOT.resolve("tiny-llama-gguf/tiny-llama.gguf"));
    Path file = folder.resolve("damaged.gguf");
    Fuzz.of("GGUF", 1_500, 32, "damaged.gguf")
        .run(
            mutator -> {
              Files.write(file, mutator.bytes(whole, GGUF_HEAD));
              read(file);
            });
  }

  @Test
  void aDamagedHuggingFaceFolderIsReadOrRefusedByName() throws IOException {
    Path model = folder.resolve("model");
    Fixtures.copy(Fixtures.ROOT.resolve("tiny-llama"), model);
    damage(model, List.of("config.json", "tokenizer_config.json", "model.safetensors"));
  }

  @Test
  void aDamagedShardedFolderIsReadOrRefusedByName() throws IOException {
    Path model = folder.resolve("sharded");
    Fixtures.copy(Fixtures.ROOT.resolve("tiny-llama-sharded"), model);
    damage(
        model,
        List.of("config.json", "model.safetensors.index.json", "model-00002-of-00002.safetensors"));
  }

  private static void damage(Path model, List<String> names) {
    String called = model.getFileName().toString();
    Fuzz.of("Hugging Face folder " + called, 1_000, 32, called)
        .run(
            mutator -> {
              Path file = model.resolve(mutator.oneOf(names));
              byte[] whole = Files.readAllBytes(file);
              mutator.tell(file.getFileName().toString());
              try {
                Files.write(
                    file,
                    file.toString().endsWith(".json")
                        ? mutator.json(whole)
                        : safetensors(mutator, whole));
                read(model);
              } finally {
                Files.write(file, whole);
              }
            });
  }

  /** Damages the bytes, or the text of the header, whose length then fits again. */
  static byte[] safetensors(Mutator mutator, byte[] whole) {
    int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (mutator.below(4) == 0) {
      return mutator.bytes(whole, 8 + length);
    }
    byte[] header = mutator.json(Arrays.copyOfRange(whole, 8, 8 + length));
    byte[] size =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array();
    return Mutator.joined(size, header, Mutator.part(whole, 8 + length, whole.length));
  }

  private static void read(Path model) {
    try (Checkpoint checkpoint = Checkpoints.open(model, FileDigests.uncached())) {
      for (String name : checkpoint.tensorNames()) {
        long elements = Arrays.stream(checkpoint.shape(name)).reduce(1, Math::multiplyExact);
        checkpoint.readFloats(name, FloatBuffer.allocate(Math.toIntExact(elements)));
      }
      checkpoint.chatTemplate();
    }
  }
}
