package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Reads the fixtures that Transformers and gguf-py wrote (src/test/fixtures). */
class CheckpointFixtureTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  @Test
  void readsAFolderOfTransformers() {
    try (Checkpoint checkpoint = open("tiny-llama")) {
      assertThat(checkpoint.config().heads()).isEqualTo(4);
      assertThat(checkpoint.config().keyValueHeads()).isEqualTo(2);
      assertThat(checkpoint.config().rotaries().get(0).theta()).isEqualTo(100_000);
      assertThat(checkpoint.config().bosId()).hasValue(1);
      assertThat(checkpoint.config().endOfTurnIds()).containsExactly(2);
      assertThat(checkpoint.config().tiedEmbeddings()).isTrue();
      assertThat(checkpoint.chatTemplate().orElseThrow()).contains("You are a tiny model.");
      assertThat(checkpoint.tokenizer().bosToken()).contains("<|im_start|>");
      assertThat(checkpoint.tensorNames()).hasSize(20);
    }
  }

  @Test
  void readsShardsInBfloat16() {
    try (Checkpoint checkpoint = open("tiny-llama-sharded")) {
      for (String name : checkpoint.tensorNames()) {
        for (float value : values(checkpoint, name)) {
          assertThat(Float.floatToIntBits(value) & 0xffff).as(name).isZero();
        }
      }
      assertThat(checkpoint.tensorNames()).contains("model.norm.weight");
    }
  }

  @Test
  void hashesAllShardsInTheOrderOfTheirNames() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String shard :
        List.of("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")) {
      digest.update(Files.readAllBytes(FIXTURES.resolve("tiny-llama-sharded").resolve(shard)));
    }
    try (Checkpoint checkpoint = open("tiny-llama-sharded")) {
      assertThat(checkpoint.sha256()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
    }
  }

  /** The GGUF fixture was made from the folder beside it, with ever coarser types. */
  @Test
  void readsEveryTypeOfAGgufFileUnderItsHuggingFaceName() {
    try (Checkpoint exact = open("tiny-llama");
        Checkpoint gguf = open("tiny-llama-gguf/tiny-llama.gguf")) {
      assertThat(gguf.config()).isEqualTo(exact.config());
      assertThat(gguf.tensorNames()).isEqualTo(exact.tensorNames());
      assertThat(gguf.chatTemplate()).isEqualTo(exact.chatTemplate());
      for (String name : exact.tensorNames()) {
        float[] wanted = values(exact, name);
        float[] found = values(gguf, name);
        assertThat(gguf.shape(name)).isEqualTo(exact.shape(name));
        // Four bits over the range of a block of 32: half a step of a fifteenth of that range.
        assertThat(relativeError(wanted, found)).as(name).isLessThan(0.2);
      }
    }
  }

  /** Blocks and values from gguf-py's own dequantisation; the file rounds to nine digits. */
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"},
      mode = Mode.INCLUDE)
  void expandsBlocksAsGgufPyDoes(TensorType type) throws IOException {
    JsonNode blocks =
        JsonMapper.builder()
            .build()
            .readTree(FIXTURES.resolve("tiny-llama-gguf/blocks.json").toFile())
            .get(type.name());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    blocks.get("hex").forEach(hex -> packed.writeBytes(HexFormat.of().parseHex(hex.asText())));
    float[] expanded = new float[packed.size() / type.blockBytes * type.blockElements];

    type.expand(packed.toByteArray(), expanded.length, expanded);

    assertThat(expanded).hasSize(blocks.get("values").size());
    for (int i = 0; i < expanded.length; i++) {
      assertThat(expanded[i])
          .as("value %s", i)
          .isCloseTo(blocks.get("values").get(i).floatValue(), within(1e-8f));
    }
  }

  private static double relativeError(float[] wanted, float[] found) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < wanted.length; i++) {
      error += Math.pow(wanted[i] - found[i], 2);
      size += Math.pow(wanted[i], 2);
    }
    return Math.sqrt(error / size);
  }

  private static float[] values(Checkpoint checkpoint, String name) {
    long elements = 1;
    for (long length : checkpoint.shape(name)) {
      elements *= length;
    }
    FloatBuffer values = FloatBuffer.allocate((int) elements);
    checkpoint.readFloats(name, values);
    return values.array();
  }

  private static Checkpoint open(String name) {
    return Checkpoints.open(FIXTURES.resolve(name), FileDigests.uncached());
  }
}
