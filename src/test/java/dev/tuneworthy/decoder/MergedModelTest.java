package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.ProviderChoice;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedModelTest {
  private static final Path GGUF =
      Path.of("src/test/resources/fixtures/tiny-llama-gguf/tiny-llama.gguf");
  private static final PeftAdapter LORA = PeftAdapter.read(TinyLlama.FOLDER.resolve("adapter"));

  /** One rounding of each weight to float32 instead of two products; logits are around 1. */
  private static final double TOLERANCE = 2e-5;

  @TempDir Path folder;

  @Test
  void aMergedFolderGivesTheLogitsOfTheAdapter() {
    for (double scale : new double[] {1, 0.25}) {
      Path merged = folder.resolve("merged-" + scale);
      try (Checkpoint base = Checkpoints.open(TinyLlama.FOLDER)) {
        MergedModel.write(base, LORA, scale, merged);
        assertClose(logits(merged), logits(base, LORA, scale));
      }
    }
  }

  @Test
  void takesTokenizerAndTemplateAlong() {
    try (Checkpoint base = Checkpoints.open(TinyLlama.FOLDER)) {
      MergedModel.write(base, LORA, 1, folder.resolve("merged"));
      try (Checkpoint merged = Checkpoints.open(folder.resolve("merged"));
          Tokenizer before = Tokenizer.of(base.tokenizer());
          Tokenizer after = Tokenizer.of(merged.tokenizer())) {
        assertThat(merged.chatTemplate()).isEqualTo(base.chatTemplate());
        assertThat(merged.config()).isEqualTo(base.config());
        assertThat(after.encode("The cat<|im_end|> sat 12"))
            .isEqualTo(before.encode("The cat<|im_end|> sat 12"));
      }
    }
  }

  @Test
  void makesTheFolderOfAGgufFileToo() {
    try (Checkpoint base = Checkpoints.open(GGUF)) {
      PeftAdapter lora = lora(base);
      MergedModel.write(base, lora, 1, folder.resolve("merged"));
      try (Checkpoint merged = Checkpoints.open(folder.resolve("merged"));
          Tokenizer before = Tokenizer.of(base.tokenizer());
          Tokenizer after = Tokenizer.of(merged.tokenizer())) {
        assertThat(merged.config()).isEqualTo(base.config());
        assertThat(merged.chatTemplate()).isEqualTo(base.chatTemplate());
        assertThat(merged.tokenizer().eosToken()).isEqualTo(base.tokenizer().eosToken());
        assertThat(after.encode("ab 12 cd")).isEqualTo(before.encode("ab 12 cd"));
        assertClose(logits(folder.resolve("merged")), logits(base, lora, 1));
      }
    }
  }

  @Test
  void refusesAnAdapterOfAnotherModelAndWritesNothing() {
    TreeMap<String, LoraWeights> modules = new TreeMap<>(LORA.modules());
    modules.put("model.layers.7.mlp.up_proj", modules.get("model.layers.0.mlp.up_proj"));
    PeftAdapter foreign = new PeftAdapter(4, 8, 0, false, List.of("up_proj"), "m", modules);
    try (Checkpoint base = Checkpoints.open(TinyLlama.FOLDER)) {
      assertFails(base, foreign, folder.resolve("merged"), ErrorCode.BAD_ADAPTER);
    }
    assertThat(folder.resolve("merged")).doesNotExist();
  }

  @Test
  void neverWritesOverAModel() {
    try (Checkpoint base = Checkpoints.open(TinyLlama.FOLDER)) {
      MergedModel.write(base, LORA, 1, folder.resolve("merged"));
      assertFails(base, LORA, folder.resolve("merged"), ErrorCode.CONFLICT);
      assertFails(base, LORA, TinyLlama.FOLDER, ErrorCode.CONFLICT);
    }
  }

  private static void assertFails(Checkpoint base, PeftAdapter lora, Path to, ErrorCode code) {
    assertThatThrownBy(() -> MergedModel.write(base, lora, 1, to))
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static PeftAdapter lora(Checkpoint base) {
    TreeMap<String, LoraWeights> modules = new TreeMap<>();
    int in = LinearLayer.QUERY.inputWidth(base.config());
    int out = LinearLayer.QUERY.outputWidth(base.config());
    float[] a = new float[2 * in];
    float[] b = new float[2 * out];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) Math.sin(i);
    }
    for (int i = 0; i < b.length; i++) {
      b[i] = (float) Math.cos(i);
    }
    modules.put(
        LinearLayer.QUERY.path(0),
        LoraWeights.copyOf(2, in, out, 0.5, FloatBuffer.wrap(a), FloatBuffer.wrap(b)));
    return new PeftAdapter(2, 0.5, 0, false, List.of("q_proj"), "m", modules);
  }

  private static float[] logits(Path merged) {
    try (Checkpoint checkpoint = Checkpoints.open(merged);
        Decoder decoder = Decoder.load(checkpoint, Device.choose(ProviderChoice.CPU, 1));
        Adapter none = Adapter.none(decoder.config())) {
      return logits(decoder, none);
    }
  }

  private static float[] logits(Checkpoint checkpoint, PeftAdapter lora, double scale) {
    try (Decoder decoder = Decoder.load(checkpoint, Device.choose(ProviderChoice.CPU, 1));
        Adapter adapter = Adapter.of(decoder.config(), lora, scale)) {
      return logits(decoder, adapter);
    }
  }

  private static float[] logits(Decoder decoder, Adapter adapter) {
    Pass pass = new Pass(1, 6);
    for (int s = 0; s < 6; s++) {
      pass.token(0, s, 3 + 7 * s, s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = LongStream.range(0, 6).toArray();
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      float[] values = new float[logits.floats().remaining()];
      logits.floats().get(values);
      return values;
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(TOLERANCE));
    }
  }
}
