package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.DefaultModel;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.ProviderChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The default model, from its own file, against what transformers computes from the same file. */
@Tag("model")
class RealModelTest {
  /** Thirty layers of float32 sums in another order; float32 against float64 differs by 4.4e-5. */
  private static final double TOLERANCE = 1e-3;

  private static JsonNode expected;
  private static TextModel model;
  private static Adapter base;

  @BeforeAll
  static void load() throws IOException {
    expected =
        new ObjectMapper()
            .readTree(Path.of("src/test/resources/fixtures/smollm2/expected.json").toFile());
    try (Checkpoint checkpoint = Checkpoints.open(DefaultModel.file())) {
      model = TextModel.load(checkpoint, Device.choose(ProviderChoice.CPU, 2));
    }
    base = Adapter.none(model.config());
  }

  @AfterAll
  static void unload() {
    if (model != null) {
      base.close();
      model.close();
    }
  }

  @Test
  void tokenIdsEqualTheReference() {
    for (JsonNode text : expected.get("texts")) {
      assertThat(model.text(text.get("text").asText()).after(0))
          .as(text.get("text").toString())
          .isEqualTo(TinyLlama.ints(text.get("ids")));
    }
  }

  @Test
  void theLargestLogitsEqualTheReference() {
    for (JsonNode prompt : expected.get("prompts")) {
      FloatBuffer logits = lastLogits(TinyLlama.ints(prompt.get("ids")));
      int[] top = TinyLlama.ints(prompt.get("topIds"));
      for (int i = 0; i < top.length; i++) {
        assertThat((double) logits.get(top[i]))
            .as("logit of %d after %d tokens", top[i], prompt.get("ids").size())
            .isCloseTo(prompt.get("topLogits").get(i).asDouble(), within(TOLERANCE));
      }
      assertThat(largest(logits)).isEqualTo(top[0]);
    }
  }

  @Test
  void answersAQuestionAsTheReferenceDoes() {
    Prompt prompt =
        model.chatPrompt(List.of(new ChatMessage("user", "What is the capital of France?")));
    List<TextModel.Generated> answers =
        model.generate(List.of(prompt), new TextModel.Sampling(24, 0, 0), base, done -> {});
    assertThat(answers.get(0).text()).isEqualTo("The capital of France is Paris.");
    assertThat(answers.get(0).tokens()).as("with the end of its turn").isEqualTo(8);
  }

  /** Logits [V] after the last of some tokens. */
  private static FloatBuffer lastLogits(int[] ids) {
    Pass pass = new Pass(1, ids.length);
    for (int s = 0; s < ids.length; s++) {
      pass.token(0, s, ids[s], s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = new long[] {ids.length - 1};
    Decoder decoder = model.decoder();
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), base, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      FloatBuffer copy = FloatBuffer.allocate(logits.floats().remaining());
      return copy.put(logits.floats()).flip();
    }
  }

  private static int largest(FloatBuffer logits) {
    int best = 0;
    for (int i = 1; i < logits.remaining(); i++) {
      best = logits.get(i) > logits.get(best) ? i : best;
    }
    return best;
  }
}
