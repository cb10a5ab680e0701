package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GgufCheckpointTest {
  /** What the hand-made file holds before its tensors' data; damage there is what can mislead. */
  private static final int HEAD_BYTES = 1_400;

  @TempDir Path folder;

  @Test
  void readsConfigurationNamesAndVocabulary() throws IOException {
    try (Checkpoint checkpoint = open(GgufBytes.llama())) {
      ModelConfig config = checkpoint.config();

      assertThat(config.hidden()).isEqualTo(4);
      assertThat(config.headSize()).isEqualTo(2);
      assertThat(config.rmsEpsilon()).isEqualTo(1e-5);
      assertThat(config.rotaries().get(0).theta()).isEqualTo(10_000);
      assertThat(config.tiedEmbeddings()).isTrue();
      assertThat(config.bosId()).isEmpty();
      assertThat(config.endOfTurnIds()).containsExactly(0);
      assertThat(checkpoint.chatTemplate()).isEmpty();
      assertThat(checkpoint.tensorNames())
          .hasSize(11)
          .contains("model.layers.0.mlp.down_proj.weight");
      assertThat(checkpoint.shape("model.layers.0.mlp.down_proj.weight")).containsExactly(4, 8);
      assertThat(checkpoint.tokenizer())
          .isInstanceOfSatisfying(
              TokenizerSource.GgufVocabulary.class,
              v -> assertThat(v.tokens()).containsExactly("<s>", "a", "b", "ab"));
    }
  }

  @Test
  void putsQueryAndKeyRowsInTheOrderOfHuggingFaceAndLeavesTheOthers() throws IOException {
    GgufBytes gguf = GgufBytes.llama(1, 1, 4);
    try (Checkpoint checkpoint = open(gguf)) {
      // Stored rows hold pairs (0, 2), (1, 3) side by side: file rows 0 1 2 3 are rows 0 2 1 3.
      assertThat(firstColumn(checkpoint, "model.layers.0.self_attn.q_proj.weight"))
          .containsExactly(0, 8, 4, 12);
      assertThat(firstColumn(checkpoint, "model.layers.0.self_attn.k_proj.weight"))
          .containsExactly(0, 8, 4, 12);
      assertThat(firstColumn(checkpoint, "model.layers.0.self_attn.v_proj.weight"))
          .containsExactly(0, 4, 8, 12);
    }
  }

  @Test
  void readsASentencePieceVocabularyWithTheRulesThatGoWithIt() throws IOException {
    GgufBytes gguf =
        GgufBytes.llama()
            .text("tokenizer.ggml.model", "llama")
            .float32s("tokenizer.ggml.scores", 0, -1, -2, -3)
            .uint32("tokenizer.ggml.bos_token_id", 0);
    assertVocabulary(gguf, true, true);
    gguf.flag("tokenizer.ggml.add_space_prefix", false).flag("tokenizer.ggml.add_bos_token", false);
    assertVocabulary(gguf, false, false);
  }

  private void assertVocabulary(GgufBytes gguf, boolean space, boolean bos) throws IOException {
    try (Checkpoint checkpoint = open(gguf)) {
      assertThat(checkpoint.tokenizer())
          .isInstanceOfSatisfying(
              TokenizerSource.GgufVocabulary.class,
              v -> {
                assertThat(v.scores()).containsExactly(0.0, -1.0, -2.0, -3.0);
                assertThat(v.spaceInFront()).isEqualTo(space);
                assertThat(v.startsWithBos()).isEqualTo(bos);
              });
    }
  }

  @Test
  void readsLinearScalingAndDivisorsOfTheRotaryFrequencies() throws IOException {
    GgufBytes linear =
        GgufBytes.llama()
            .text("llama.rope.scaling.type", "linear")
            .float32("llama.rope.scaling.factor", 4);
    try (Checkpoint checkpoint = open(linear)) {
      assertThat(checkpoint.config().rotaries()).containsExactly(Rotary.linear(10_000, 4, 2));
    }
    byte[] two = GgufBytes.little(4).putFloat(2).array();
    try (Checkpoint checkpoint = open(GgufBytes.llama().tensor("rope_freqs.weight", 0, two, 1))) {
      assertThat(checkpoint.config().rotaries()).containsExactly(Rotary.linear(10_000, 2, 2));
      assertThat(checkpoint.tensorNames()).hasSize(11);
    }
  }

  @Test
  void takesASeparateOutputLayer() throws IOException {
    try (Checkpoint checkpoint = open(GgufBytes.llama().floats("output.weight", 4, 4))) {
      assertThat(checkpoint.config().tiedEmbeddings()).isFalse();
      assertThat(checkpoint.tensorNames()).contains("lm_head.weight");
    }
  }

  @Test
  void writesFromThePositionOfTheTargetOn() throws IOException {
    try (Checkpoint checkpoint = open(GgufBytes.llama())) {
      FloatBuffer target = FloatBuffer.allocate(7);
      target.put(-1).put(-2);

      checkpoint.readFloats("model.norm.weight", target);

      assertThat(target.array()).containsExactly(-1, -2, 0, 1, 2, 3, 0);
      assertThat(target.position()).isEqualTo(6);
      assertThatThrownBy(() -> checkpoint.readFloats("model.norm.weight", target))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> checkpoint.readFloats("nope", target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nope");
    }
  }

  @Test
  void readsNothingAfterItIsClosed() throws IOException {
    Checkpoint checkpoint = open(GgufBytes.llama());
    checkpoint.close();

    assertThatThrownBy(() -> checkpoint.readFloats("model.norm.weight", FloatBuffer.allocate(4)))
        .isInstanceOf(IllegalStateException.class);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        broken("magic number", g -> g.magic = 7),
        broken("general.architecture", g -> g.without("general.architecture")),
        broken("llama.block_count", g -> g.without("llama.block_count")),
        broken("llama.block_count", g -> g.uint32("llama.block_count", -1)),
        broken("llama.embedding_length", g -> g.text("llama.embedding_length", "four")),
        broken("keyValueHeads", g -> g.uint32("llama.attention.head_count_kv", 3)),
        broken("bosId 9", g -> g.uint32("tokenizer.ggml.bos_token_id", 9)),
        broken("llama.vocab_size", g -> g.uint32("llama.vocab_size", 5)),
        broken("token_type", g -> g.int32s("tokenizer.ggml.token_type", 3, 1)),
        broken("token_type", g -> g.int32s("tokenizer.ggml.token_type", 3, 1, 1, 77)),
        broken("tokenizer.ggml.scores", g -> g.float32s("tokenizer.ggml.scores", 1)),
        broken("add_bos_token", g -> g.text("tokenizer.ggml.add_bos_token", "yes")),
        broken("tensor count", g -> g.extraTensors = Long.MAX_VALUE),
        broken("tensor count", g -> g.extraTensors = -100),
        broken("metadata count", g -> g.extraKeys = 1L << 40),
        broken("metadata count", g -> g.extraKeys = -100),
        broken("number of dimensions", g -> g.extraTensors = 1),
        broken("length of x", g -> g.raw("x", 8, GgufBytes.little(8).putLong(1L << 50).array())),
        broken("x", g -> g.raw("x", 8, GgufBytes.little(8).putLong(1 << 23).array())),
        broken("length of x", g -> g.raw("x", 9, GgufBytes.arrayHead(8, 1L << 60).toByteArray())),
        broken("length of x", g -> g.raw("x", 9, GgufBytes.arrayHead(4, 1 << 21).toByteArray())),
        broken("type of x", g -> g.raw("x", 13, new byte[0])),
        broken("x", g -> g.raw("x", 7, new byte[] {2})),
        broken("UTF-8", g -> g.raw("x", 8, invalidText())),
        broken("general.alignment", g -> g.uint32("general.alignment", 24)),
        broken("number of dimensions", g -> g.entry("t", 0, 0)),
        broken("number of dimensions", g -> g.entry("t", 0, 0, 1, 1, 1, 1, 1)),
        broken("dimension 0", g -> g.entry("t", 0, 0, 0)),
        broken("dimension 0", g -> g.entry("t", 0, 0, -5)),
        broken("row length", g -> g.entry("t", 8, 0, 33)),
        broken("truncated", g -> g.entry("t", 0, 1L << 40, 4)),
        broken("truncated", g -> g.entry("t", 0, 0, 1 << 20)),
        broken("offset", g -> g.entry("t", 0, 4, 4)),
        broken("past the tensor before it", g -> g.entry("t", 0, 32, 4)),
        broken("two of that name", g -> g.floats("output_norm.weight", 4)),
        broken("no such tensor", g -> g.uint32("llama.block_count", 2)),
        broken("rope.scaling.factor", g -> g.text("llama.rope.scaling.type", "linear")),
        broken("rope_freqs.weight", g -> g.floats("rope_freqs.weight", 4)),
        broken("rotary divisor 0.0", g -> g.floats("rope_freqs.weight", 1)),
        broken("shape [8, 4]", g -> g.uint32("llama.feed_forward_length", 16)));
  }

  @ParameterizedTest(name = "{0}, case {index}")
  @MethodSource("broken")
  void saysWhatIsBroken(String named, Consumer<GgufBytes> change) {
    GgufBytes gguf = GgufBytes.llama();
    change.accept(gguf);

    assertFails(gguf, ErrorCode.BAD_CHECKPOINT, named);
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(
        broken("architecture phi3", g -> g.text("general.architecture", "phi3")),
        broken("llama, qwen2", g -> g.text("general.architecture", "phi3")),
        broken("type Q2_K", g -> g.entry("t", 10, 0, 256)),
        broken("type number 99", g -> g.entry("t", 99, 0, 256)),
        broken("GGUF v1", g -> g.version = 1),
        broken("GGUF v4", g -> g.version = 4),
        broken("big-endian", g -> g.version = 3 << 24),
        broken("rope scaling yarn", g -> g.text("llama.rope.scaling.type", "yarn")),
        broken("no final_logit", g -> g.float32("llama.final_logit_softcapping", 30)),
        broken("normalises", g -> g.flag("tokenizer.ggml.remove_extra_whitespaces", true)),
        broken("8 experts", g -> g.uint32("llama.expert_count", 8)),
        broken("blk.0.attn_q.bias", g -> g.floats("blk.0.attn_q.bias", 4)),
        broken("blk.00.attn_q.weight", g -> g.floats("blk.00.attn_q.weight", 4)),
        broken("model.layers.1.", g -> g.floats("blk.1.attn_norm.weight", 4)),
        broken("rotary 1", g -> g.uint32("llama.rope.dimension_count", 1)),
        broken("array of arrays", g -> g.raw("x", 9, arrayOfArrays())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unsupported")
  void refusesByNameWhatItCannotCompute(String named, Consumer<GgufBytes> change) {
    GgufBytes gguf = GgufBytes.llama();
    change.accept(gguf);

    assertFails(gguf, ErrorCode.UNSUPPORTED_CHECKPOINT, named);
  }

  @Test
  void reportsAFileThatIsCutAnywhere() throws IOException {
    byte[] whole = GgufBytes.llama().bytes();
    for (int length = 0; length < whole.length; length += length < HEAD_BYTES ? 3 : 50) {
      Path file = folder.resolve("cut.gguf");
      Files.write(file, Arrays.copyOf(whole, length));
      int cut = length;
      assertThatThrownBy(() -> Checkpoints.open(file, FileDigests.uncached()).close())
          .as("cut after %s of %s bytes", cut, whole.length)
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CHECKPOINT))
          .hasMessageContaining("cut.gguf");
    }
  }

  @Test
  void opensOrReportsButNeverFailsOtherwiseWhenBitsFlip() throws IOException {
    byte[] whole = GgufBytes.llama().bytes();
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 600; round++) {
      byte[] flipped = whole.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        flipped[random.nextInt(HEAD_BYTES)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = folder.resolve("flipped.gguf");
      Files.write(file, flipped);
      try (Checkpoint checkpoint = Checkpoints.open(file, FileDigests.uncached())) {
        for (String name : checkpoint.tensorNames()) {
          checkpoint.readFloats(name, FloatBuffer.allocate(64));
        }
      } catch (ServiceException e) {
        assertThat(e.code()).isIn(ErrorCode.BAD_CHECKPOINT, ErrorCode.UNSUPPORTED_CHECKPOINT);
      }
    }
  }

  @Test
  void namesAMissingFileAPickleAndAStraySafetensorsFile() throws IOException {
    assertThatThrownBy(() -> Checkpoints.open(folder.resolve("none.gguf")))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    for (String name : List.of("pytorch_model.bin", "model.PT", "model.safetensors")) {
      Path file = Files.writeString(folder.resolve(name), "x");
      assertThatThrownBy(() -> Checkpoints.open(file))
          .isInstanceOfSatisfying(
              ServiceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CHECKPOINT))
          .hasMessageContaining(name);
    }
  }

  private static Arguments broken(String named, Consumer<GgufBytes> change) {
    return Arguments.of(named, change);
  }

  private static byte[] invalidText() {
    return GgufBytes.little(10).putLong(2).put((byte) 0xc3).put((byte) 0x28).array();
  }

  private static byte[] arrayOfArrays() {
    var out = GgufBytes.arrayHead(9, 1);
    out.writeBytes(GgufBytes.arrayHead(4, 0).toByteArray());
    return out.toByteArray();
  }

  private static float[] firstColumn(Checkpoint checkpoint, String name) {
    long[] shape = checkpoint.shape(name);
    FloatBuffer values = FloatBuffer.allocate((int) (shape[0] * shape[1]));
    checkpoint.readFloats(name, values);
    float[] column = new float[(int) shape[0]];
    for (int i = 0; i < column.length; i++) {
      column[i] = values.get(i * (int) shape[1]);
    }
    return column;
  }

  private Checkpoint open(GgufBytes gguf) throws IOException {
    Path file = Files.write(folder.resolve("model.gguf"), gguf.bytes());
    return Checkpoints.open(file, FileDigests.uncached());
  }

  private void assertFails(GgufBytes gguf, ErrorCode code, String named) {
    assertThatThrownBy(() -> open(gguf).close())
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named)
        .hasMessageContaining("model.gguf");
  }
}
