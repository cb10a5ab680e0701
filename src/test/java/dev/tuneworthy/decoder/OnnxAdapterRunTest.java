package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.checkpoint.OnnxAdapter;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OrtLoraRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An exported adapter in ONNX Runtime's own hands. */
class OnnxAdapterRunTest {
  private static final PeftAdapter LORA = PeftAdapter.read(TinyLlama.FOLDER.resolve("adapter"));
  private static Decoder decoder;

  @BeforeAll
  static void load() {
    decoder = TinyLlama.decoder();
  }

  @AfterAll
  static void unload() {
    decoder.close();
  }

  /** What the session gets as inputs and what it gets as an active adapter is the same number. */
  @Test
  void anActiveAdapterGivesTheLogitsOfOurFeedsBitForBit() throws OrtException {
    int[] ids = TinyLlama.ints(TinyLlama.expected().get("sequences").get(0));
    for (double scale : new double[] {1, 0.5}) {
      OnnxAdapter exported = OnnxAdapterExchange.toOnnx(decoder.config(), LORA, scale);
      try (Adapter fed = Adapter.of(decoder.config(), LORA, scale)) {
        assertThat(active(ids, exported)).isEqualTo(fed(ids, fed));
      }
    }
  }

  /** The reason for the tolerance is that of {@link DecoderParityTest}. */
  @Test
  void anActiveAdapterGivesPeftsLogits() throws OrtException {
    JsonNode expected = TinyLlama.expected();
    int[] ids = TinyLlama.ints(expected.get("sequences").get(0));
    float[] logits = active(ids, OnnxAdapterExchange.toOnnx(decoder.config(), LORA, 1));
    JsonNode rows = expected.get("adapter").get("logits").get(0);
    for (int s = 0; s < ids.length; s++) {
      for (int v = 0; v < rows.get(s).size(); v++) {
        assertThat((double) logits[s * rows.get(s).size() + v])
            .isCloseTo(rows.get(s).get(v).asDouble(), within(2e-5));
      }
    }
  }

  @Test
  void comesBackAsTheSamePeftAdapter() {
    OnnxAdapter exported = OnnxAdapterExchange.toOnnx(decoder.config(), LORA, 0.5);

    PeftAdapter back = OnnxAdapterExchange.toPeft(decoder.config(), exported, "tiny");

    assertThat(back.modules().keySet()).isEqualTo(LORA.modules().keySet());
    assertThat(back.baseModel()).isEqualTo("tiny");
    assertThat(OnnxAdapterExchange.toOnnx(decoder.config(), back, 1).parameters())
        .hasSize(exported.parameters().size());
    int[] ids = TinyLlama.ints(TinyLlama.expected().get("sequences").get(0));
    try (Adapter before = Adapter.of(decoder.config(), LORA, 0.5);
        Adapter after = Adapter.of(decoder.config(), back, 1)) {
      assertThat(fed(ids, after))
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(fed(ids, before));
    }
  }

  @Test
  void refusesParametersOfAnotherModel() {
    OnnxAdapter exported = OnnxAdapterExchange.toOnnx(decoder.config(), LORA, 1);
    List<OnnxAdapter.Parameter> fewer =
        exported.parameters().stream()
            .filter(p -> !p.name().endsWith("q_proj.lora_B.weight"))
            .toList();

    assertThatThrownBy(
            () -> OnnxAdapterExchange.toPeft(decoder.config(), new OnnxAdapter(1, 1, fewer), "m"))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("q_proj.lora_B.weight")
        .hasMessageContaining("no such parameter");
  }

  private static Pass pass(int[] ids) {
    Pass pass = new Pass(1, ids.length);
    for (int s = 0; s < ids.length; s++) {
      pass.token(0, s, ids[s], s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = LongStream.range(0, ids.length).toArray();
    return pass;
  }

  private static float[] fed(int[] ids, Adapter adapter) {
    Map<String, NativeTensor> out =
        decoder.run(pass(ids), decoder.emptyPrefix(), adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      float[] values = new float[logits.floats().remaining()];
      logits.floats().get(values);
      return values;
    }
  }

  private static float[] active(int[] ids, OnnxAdapter adapter) throws OrtException {
    Map<String, NativeTensor> feeds = new HashMap<>(decoder.passFeeds(pass(ids), 0));
    decoder
        .emptyPrefix()
        .computed()
        .feed(feeds, DecoderGraph::prefixKey, DecoderGraph::prefixValue);
    return OrtLoraRun.run(
        DecoderGraph.inference(decoder.config(), Precision.FLOAT32),
        decoder.weights(),
        adapter.bytes(),
        feeds,
        DecoderGraph.LOGITS);
  }
}
