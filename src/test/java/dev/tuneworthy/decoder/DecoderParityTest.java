package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The decoder against transformers on the tiny Llama. */
class DecoderParityTest {
  /** float32 sums of 64 products in another order differ by a few units in the sixth digit. */
  private static final double TOLERANCE = 2e-5;

  private static final JsonNode EXPECTED = TinyLlama.expected();
  private static Decoder decoder;
  private static PrefixCache prefixes;
  private static Adapter base;

  @BeforeAll
  static void load() {
    decoder = TinyLlama.decoder();
    prefixes = new PrefixCache(decoder);
    base = Adapter.none(decoder.config());
  }

  @AfterAll
  static void unload() {
    base.close();
    prefixes.close();
    decoder.close();
  }

  @Test
  void logitsEqualTheReference() {
    for (int i = 0; i < 2; i++) {
      int[] ids = TinyLlama.ints(EXPECTED.get("sequences").get(i));
      assertLogits(logits(List.of(ids), decoder.emptyPrefix()), 0, EXPECTED.get("logits").get(i));
    }
  }

  @Test
  void batchMatesAndPaddingDoNotChangeLogits() {
    List<int[]> both = sequences();
    FloatBuffer together = logits(both, decoder.emptyPrefix());
    int width = both.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    for (int i = 0; i < 2; i++) {
      assertLogits(together, i * width, EXPECTED.get("logits").get(i));
    }
  }

  @Test
  void greedyTokensEqualTheReference() {
    JsonNode greedy = EXPECTED.get("greedy");
    TextGenerator generator = new TextGenerator(decoder, prefixes);
    int[] prompt = TinyLlama.ints(greedy.get("prompt"));
    List<Integer> tokens =
        generator
            .generate(
                List.of(prompt(prompt)),
                new TextGenerator.Settings(16, 0, 0, true),
                base,
                done -> {})
            .get(0);
    assertThat(tokens)
        .containsExactlyElementsOf(
            Arrays.stream(TinyLlama.ints(greedy.get("tokens"))).boxed().toList());
  }

  @Test
  void aBatchThatShrinksGeneratesWhatEachPromptAloneDoes() {
    int context = decoder.config().contextLength();
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      // Most end at the limit of 40 tokens, some before, where the context ends.
      int length = i < 8 ? 3 + i : context - 9 * (i - 7);
      int[] own = new SplittableRandom(i).ints(length, 3, decoder.config().vocabulary()).toArray();
      prompts.add(new Prompt(Arrays.stream(own).boxed().toList(), 0));
    }
    TextGenerator generator = new TextGenerator(decoder, prefixes);
    TextGenerator.Settings greedy = new TextGenerator.Settings(40, 0, 0, true);
    List<List<Integer>> batched = generator.generate(prompts, greedy, base, done -> {});
    assertThat(batched.stream().map(List::size).distinct().count()).isGreaterThan(3);
    for (int i = 0; i < prompts.size(); i++) {
      assertThat(generator.generate(List.of(prompts.get(i)), greedy, base, done -> {}).get(0))
          .isEqualTo(batched.get(i));
    }
  }

  @Test
  void choicesScoreAsTheSumOfTheirTokens() {
    int[] prompt = {1, 17, 203, 64, 250};
    List<int[]> choices = List.of(new int[] {31, 99, 142}, new int[] {31, 7}, new int[] {180, 55});
    ChoiceScorer scorer = new ChoiceScorer(decoder, prefixes);
    double[] scores =
        scorer
            .score(List.of(new ChoiceScorer.Request(prompt(prompt), choices)), base, done -> {})
            .get(0);
    for (int c = 0; c < choices.size(); c++) {
      assertThat(scores[c]).isCloseTo(naive(prompt, choices.get(c)), within(1e-4));
    }
  }

  @Test
  void choicesScoreTheSameFromACachedPrefixAndInABatch() {
    int[] long1 = IntStream.range(0, 20).map(i -> 5 + i).toArray();
    int[] long2 = Arrays.copyOf(long1, 22);
    long2[18] = 77;
    long2[20] = 78;
    long2[21] = 79;
    List<int[]> choices = List.of(new int[] {31, 99, 142}, new int[] {31, 7}, new int[] {180});
    ChoiceScorer scorer = new ChoiceScorer(decoder, prefixes);
    List<double[]> scores =
        scorer.score(
            List.of(
                new ChoiceScorer.Request(prompt(long1), choices),
                new ChoiceScorer.Request(prompt(long2), choices)),
            base,
            done -> {});
    assertThat(prefixes.shared(List.of(prompt(long1), prompt(long2)), base).length()).isEqualTo(18);
    for (int c = 0; c < choices.size(); c++) {
      assertThat(scores.get(0)[c]).isCloseTo(naive(long1, choices.get(c)), within(1e-4));
      assertThat(scores.get(1)[c]).isCloseTo(naive(long2, choices.get(c)), within(1e-4));
    }
  }

  /** A prompt of which everything may be kept. */
  private static Prompt prompt(int[] ids) {
    return new Prompt(Arrays.stream(ids).boxed().toList(), ids.length);
  }

  /** Sum of log softmax over plain, uncached logits. */
  private static double naive(int[] prompt, int[] choice) {
    int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(choice)).toArray();
    FloatBuffer logits = logits(List.of(all), decoder.emptyPrefix());
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

  private static List<int[]> sequences() {
    return List.of(
        TinyLlama.ints(EXPECTED.get("sequences").get(0)),
        TinyLlama.ints(EXPECTED.get("sequences").get(1)));
  }

  private static FloatBuffer logits(List<int[]> sequences, Prefix prefix) {
    int width = sequences.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    Pass pass = new Pass(sequences.size(), width);
    for (int b = 0; b < sequences.size(); b++) {
      for (int s = 0; s < sequences.get(b).length; s++) {
        pass.token(b, s, sequences.get(b)[s], s);
        for (int t = 0; t <= s; t++) {
          pass.see(b, s, t);
        }
      }
    }
    pass.headRows = LongStream.range(0, (long) width * sequences.size()).toArray();
    Map<String, NativeTensor> out = decoder.run(pass, prefix, base, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      return logits.floats();
    }
  }

  private static void assertLogits(FloatBuffer actual, int firstRow, JsonNode expected) {
    for (int s = 0; s < expected.size(); s++) {
      int v = expected.get(s).size();
      for (int j = 0; j < v; j++) {
        assertThat((double) actual.get((firstRow + s) * v + j))
            .as("logit %d at position %d", j, s)
            .isCloseTo(expected.get(s).get(j).asDouble(), within(TOLERANCE));
      }
    }
  }

  @Test
  void aSingleRequestUsesThePrefixThatItsKindKeeps() {
    List<Integer> start = IntStream.range(5, 25).boxed().toList();
    List<Integer> one = new ArrayList<>(start);
    one.addAll(List.of(77, 78, 79));
    List<Integer> other = new ArrayList<>(start);
    other.addAll(IntStream.range(100, 130).boxed().toList());
    Prefix first = prefixes.shared(List.of(new Prompt(one, 20)), base);
    assertThat(first.length()).isEqualTo(20);
    assertThat(prefixes.shared(List.of(new Prompt(other, 20)), base)).isSameAs(first);
  }
}
