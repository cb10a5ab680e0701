package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture, from a folder and from GGUF, against transformers and PEFT. */
class ArchitectureParityTest {
  /**
   * float32 sums of up to 64 products in another order differ by a few units in the sixth digit;
   * logits are below 10.
   */
  private static final double TOLERANCE = 3e-5;

  /** The sum of three log probabilities, each within the tolerance of the logits around it. */
  private static final double SCORE_TOLERANCE = 1e-4;

  private static final Map<TinyModel, Decoder> LOADED = new HashMap<>();

  private static Decoder decoder(TinyModel model) {
    return LOADED.computeIfAbsent(model, TinyModel::decoder);
  }

  @AfterAll
  static void unload() {
    LOADED.values().forEach(Decoder::close);
    LOADED.clear();
  }

  static List<TinyModel> models() {
    return TinyModel.all().toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void logitsEqualTheReference(TinyModel model) {
    try (Adapter base = Adapter.none(decoder(model).config())) {
      assertLogits(model, base, model.expected());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void logitsWithAnAdapterEqualPeft(TinyModel model) {
    try (Adapter adapter = Adapter.of(decoder(model).config(), model.adapter(), 1)) {
      assertLogits(model, adapter, model.expected().get("adapter"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void greedyTokensEqualTheReference(TinyModel model) {
    try (Adapter base = Adapter.none(decoder(model).config())) {
      assertGreedy(model, base, model.expected().get("greedy"));
    }
    try (Adapter adapter = Adapter.of(decoder(model).config(), model.adapter(), 1)) {
      assertGreedy(model, adapter, model.expected().get("adapter").get("greedy"));
    }
  }

  /** Prompts far longer than any window, so that rows far from the prefix and near to it occur. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void choicesScoreTheSameFromACachedPrefixAndInABatch(TinyModel model) {
    int[] one = IntStream.range(0, 20).map(i -> 5 + 7 * i).toArray();
    int[] other = Arrays.copyOf(one, 24);
    IntStream.range(18, 24).forEach(i -> other[i] = 77 + i);
    List<int[]> choices = List.of(new int[] {31, 99, 142}, new int[] {31, 7}, new int[] {180});
    Decoder decoder = decoder(model);
    try (Adapter base = Adapter.none(decoder.config());
        PrefixCache prefixes = new PrefixCache(decoder)) {
      List<double[]> scores =
          new ChoiceScorer(decoder, prefixes)
              .score(
                  List.of(
                      new ChoiceScorer.Request(prompt(one), choices),
                      new ChoiceScorer.Request(prompt(other), choices)),
                  base,
                  done -> {});
      for (int c = 0; c < choices.size(); c++) {
        assertThat(scores.get(0)[c])
            .isCloseTo(naive(decoder, base, one, choices.get(c)), within(SCORE_TOLERANCE));
        assertThat(scores.get(1)[c])
            .isCloseTo(naive(decoder, base, other, choices.get(c)), within(SCORE_TOLERANCE));
      }
    }
  }

  private static void assertLogits(TinyModel model, Adapter adapter, JsonNode expected) {
    for (int i = 0; i < 2; i++) {
      int[] ids = TinyLlama.ints(model.expected().get("sequences").get(i));
      FloatBuffer logits = logits(decoder(model), adapter, ids);
      JsonNode rows = expected.get("logits").get(i);
      for (int s = 0; s < rows.size(); s++) {
        for (int v = 0; v < rows.get(s).size(); v++) {
          assertThat((double) logits.get(s * rows.get(s).size() + v))
              .as("sequence %d, position %d, logit %d", i, s, v)
              .isCloseTo(rows.get(s).get(v).asDouble(), within(TOLERANCE));
        }
      }
    }
  }

  private static void assertGreedy(TinyModel model, Adapter adapter, JsonNode greedy) {
    assertThat(greedy.get("minGap").asDouble())
        .as("distance of the two best logits, which decides the token")
        .isGreaterThan(10 * TOLERANCE);
    try (PrefixCache prefixes = new PrefixCache(decoder(model))) {
      List<Integer> tokens =
          new TextGenerator(decoder(model), prefixes)
              .generate(
                  List.of(prompt(TinyLlama.ints(greedy.get("prompt")))),
                  new TextGenerator.Settings(16, 0, 0, true),
                  adapter,
                  done -> {})
              .get(0);
      List<Integer> wanted = Arrays.stream(TinyLlama.ints(greedy.get("tokens"))).boxed().toList();
      int end = wanted.indexOf(2); // where ours ends its turn, the reference goes on
      assertThat(tokens).isEqualTo(end < 0 ? wanted : wanted.subList(0, end + 1));
    }
  }

  /** Sum of log softmax over plain, uncached logits. */
  private static double naive(Decoder decoder, Adapter adapter, int[] prompt, int[] choice) {
    int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(choice)).toArray();
    FloatBuffer logits = logits(decoder, adapter, all);
    int v = decoder.config().vocabulary();
    double sum = 0;
    for (int i = 0; i < choice.length; i++) {
      int row = prompt.length - 1 + i;
      double total = 0;
      for (int j = 0; j < v; j++) {
        total += Math.exp(logits.get(row * v + j));
      }
      sum += logits.get(row * v + choice[i]) - Math.log(total);
    }
    return sum;
  }

  private static FloatBuffer logits(Decoder decoder, Adapter adapter, int[] ids) {
    Pass pass = new Pass(1, ids.length);
    for (int s = 0; s < ids.length; s++) {
      pass.token(0, s, ids[s], s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = LongStream.range(0, ids.length).toArray();
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      return logits.floats();
    }
  }

  private static Prompt prompt(int[] ids) {
    return new Prompt(Arrays.stream(ids).boxed().toList(), ids.length);
  }
}
