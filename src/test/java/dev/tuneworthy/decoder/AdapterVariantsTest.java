package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.runtime.NativeTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters with more than one rank and one alpha, both ways between here and PEFT. */
class AdapterVariantsTest {
  private static final Path FOLDER = Path.of("src/test/resources/fixtures/tiny-llama-adapters");

  /** Values around 1 in float32; a wrong rank, alpha or root is off by tenths. */
  private static final double TOLERANCE = 1e-4;

  private static Decoder decoder;
  private static JsonNode expected;

  @TempDir Path folder;

  @BeforeAll
  static void load() throws IOException {
    decoder = TinyLlama.decoder();
    expected = new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
  }

  @AfterAll
  static void unload() {
    decoder.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rslora", "patterns", "rewritten"})
  void givesTheLogitsThatPeftGives(String variant) {
    PeftAdapter read = PeftAdapter.read(FOLDER.resolve(variant));
    JsonNode sequences = TinyLlama.expected().get("sequences");
    try (Adapter adapter = Adapter.of(decoder.config(), read, 1)) {
      for (int i = 0; i < sequences.size(); i++) {
        FloatBuffer logits = lastLogits(TinyLlama.ints(sequences.get(i)), adapter);
        JsonNode row = expected.get(variant).get(i);
        for (int v = 0; v < row.size(); v++) {
          assertThat((double) logits.get(v)).isCloseTo(row.get(v).asDouble(), within(TOLERANCE));
        }
      }
    }
  }

  /** So that what PEFT computed of {@code rewritten} is about what is written today. */
  @Test
  void writesTheBytesThatPeftLoaded() {
    PeftAdapter.read(FOLDER.resolve("patterns")).write(folder.resolve("again"));
    for (String file : new String[] {PeftAdapter.CONFIG_FILE, PeftAdapter.WEIGHTS_FILE}) {
      assertThat(folder.resolve("again").resolve(file))
          .hasSameBinaryContentAs(FOLDER.resolve("rewritten").resolve(file));
    }
  }

  private static FloatBuffer lastLogits(int[] ids, Adapter adapter) {
    Pass pass = new Pass(1, ids.length);
    for (int s = 0; s < ids.length; s++) {
      pass.token(0, s, ids[s], s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = new long[] {ids.length - 1};
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      return logits.floats();
    }
  }
}
