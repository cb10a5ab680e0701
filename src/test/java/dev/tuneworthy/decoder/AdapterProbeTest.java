package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AdapterProbeTest {
  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final PeftAdapter LORA = PeftAdapter.read(TinyLlama.FOLDER.resolve("adapter"));
  private static Decoder decoder;
  private static Adapter base;

  @BeforeAll
  static void load() {
    decoder = TinyLlama.decoder();
    base = Adapter.none(decoder.config());
  }

  @AfterAll
  static void unload() {
    base.close();
    decoder.close();
  }

  @Test
  void passesATrainedAdapter() {
    assertThat(probe(LORA, 1)).isGreaterThan(0.1);
  }

  @Test
  void refusesAnAdapterWhoseBIsZero() {
    assertRefused(adapter(Q, 32, 32, 0.5f, 0), ErrorCode.INERT_ADAPTER, "B is zero");
  }

  @Test
  void refusesAnAdapterWhoseWeightsOverflow() {
    assertRefused(adapter(Q, 32, 32, 1e30f, 1e30f), ErrorCode.BAD_ADAPTER, "finite logits");
  }

  @Test
  void refusesAnAdapterOfAnotherModel() {
    assertRefused(adapter(Q, 48, 32, 1, 1), ErrorCode.BAD_ADAPTER, "trained on this base model");
    assertRefused(
        adapter("model.layers.9.self_attn.q_proj", 32, 32, 1, 1),
        ErrorCode.BAD_ADAPTER,
        "model.layers.9.self_attn.q_proj");
  }

  /** In one session and one batch shape; across shapes sums may run in another order. */
  @Test
  void scaleZeroIsTheBaseModelBitForBit() {
    try (Adapter dialledDown = Adapter.of(decoder.config(), LORA, 0)) {
      for (int batch : new int[] {1, 2, 7}) {
        for (int own : new int[] {1, 5, 33}) {
          assertThat(logits(dialledDown, batch, own))
              .as("%d sequences of %d tokens", batch, own)
              .isEqualTo(logits(base, batch, own));
        }
      }
    }
  }

  private static double probe(PeftAdapter lora, double scale) {
    try (Adapter adapter = Adapter.of(decoder.config(), lora, scale)) {
      return new AdapterProbe(decoder).check(base, adapter);
    }
  }

  private static void assertRefused(PeftAdapter lora, ErrorCode code, String named) {
    assertThatThrownBy(() -> probe(lora, 1))
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }

  private static PeftAdapter adapter(String module, int in, int out, float a, float b) {
    SortedMap<String, LoraWeights> modules = new TreeMap<>();
    modules.put(module, LoraWeights.copyOf(2, in, out, 4, filled(2 * in, a), filled(2 * out, b)));
    return new PeftAdapter(2, 4, 0, false, List.of("q_proj"), "m", modules);
  }

  private static FloatBuffer filled(int count, float value) {
    float[] values = new float[count];
    java.util.Arrays.fill(values, value);
    return FloatBuffer.wrap(values);
  }

  private static FloatBuffer logits(Adapter adapter, int batch, int own) {
    Pass pass = new Pass(batch, own);
    pass.headRows = new long[batch];
    for (int b = 0; b < batch; b++) {
      for (int s = 0; s < own; s++) {
        pass.token(b, s, 3 + (17 * b + 5 * s) % 250, s);
        for (int t = 0; t <= s; t++) {
          pass.see(b, s, t);
        }
      }
      pass.headRows[b] = pass.row(b, own - 1);
    }
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      return logits.floats();
    }
  }
}
