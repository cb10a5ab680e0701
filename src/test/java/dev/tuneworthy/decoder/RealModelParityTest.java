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
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The default model against transformers on 20 prompts of 5 to 1,500 tokens, its tokenizer on
 * 10,000 lines, and against itself alone and in company. {@code make_real_model_fixtures.py} made
 * the values.
 */
@Tag("model")
class RealModelParityTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures/smollm2");

  /**
   * Thirty layers of float32 sums in another order over up to 1,500 tokens, and the fixture's four
   * decimals. A wrong rotation or mask is off by whole units.
   */
  private static final double TOLERANCE = 1e-3;

  /** What the company of other rows may move a summed log-likelihood by. */
  private static final double COMPANY = 1e-4;

  private static JsonNode prompts;
  private static int stride;
  private static TextModel model;
  private static Adapter base;

  @BeforeAll
  static void load() throws IOException {
    JsonNode parity = fixture("parity.json.gz");
    prompts = parity.get("prompts");
    stride = parity.get("stride").asInt();
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
  void logitsEqualTheReferenceOnPromptsOfEveryLength() {
    double largest = 0;
    for (JsonNode prompt : prompts) {
      int[] ids = TinyLlama.ints(prompt.get("ids"));
      int[] positions = new int[prompt.get("rows").size()];
      Arrays.setAll(positions, i -> prompt.get("rows").get(i).get("position").asInt());
      FloatBuffer logits = logits(ids, positions);
      for (int row = 0; row < positions.length; row++) {
        largest = Math.max(largest, difference(logits, row, prompt.get("rows").get(row)));
      }
    }
    System.out.printf("largest difference of a logit over 20 prompts: %.2e%n", largest);
    assertThat(largest).isLessThan(TOLERANCE);
  }

  /**
   * A token may differ only where the reference's two best logits are closer than twice the
   * tolerance: then both are right, and what follows is another text.
   */
  @Test
  void greedyContinuationsEqualTheReference() {
    List<Prompt> asked = new ArrayList<>();
    for (JsonNode prompt : prompts) {
      asked.add(prompt(TinyLlama.ints(prompt.get("ids"))));
    }
    List<List<Integer>> together = generate(asked);
    int same = 0;
    for (int i = 0; i < asked.size(); i++) {
      List<Integer> expected = list(TinyLlama.ints(prompts.get(i).get("greedy")));
      same += together.get(i).equals(expected) ? 1 : 0;
      assertSameOrTied(together.get(i), expected, prompts.get(i).get("gaps"));
    }
    System.out.printf("identical greedy continuations: %d of %d%n", same, asked.size());
  }

  @Test
  void batchedGenerationEqualsOneByOne() {
    for (int i = 4; i < 10; i++) {
      JsonNode prompt = prompts.get(i);
      List<Integer> alone = generate(List.of(prompt(TinyLlama.ints(prompt.get("ids"))))).get(0);
      assertSameOrTied(alone, list(TinyLlama.ints(prompt.get("greedy"))), prompt.get("gaps"));
    }
  }

  @Test
  void batchMatesAndPaddingNeverChangeAChoice() {
    List<TextModel.Choices> items = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int[] ids = TinyLlama.ints(prompts.get(i % 8 + 2).get("ids"));
      int[] cut = Arrays.copyOf(ids, Math.max(3, ids.length - i));
      items.add(
          new TextModel.Choices(
              prompt(cut),
              List.of(model.answer(" yes"), model.answer(" no, not at all"), model.answer("7"))));
    }
    List<List<Double>> alone =
        items.stream().map(item -> model.choose(List.of(item), base, n -> {}).get(0)).toList();
    for (int size : new int[] {2, 5, 12}) {
      for (int from = 0; from + size <= items.size(); from += size) {
        List<List<Double>> company = model.choose(items.subList(from, from + size), base, n -> {});
        for (int i = 0; i < size; i++) {
          assertSameChoice(company.get(i), alone.get(from + i));
        }
      }
    }
  }

  @Test
  void tenThousandLinesGiveTheReferencesTokens() throws IOException, NoSuchAlgorithmException {
    JsonNode expected = fixture("tokenizer.json.gz");
    MessageDigest whole = MessageDigest.getInstance("SHA-256");
    String checks = expected.get("crc32").asText();
    int at = 0;
    for (JsonNode line : expected.get("lines")) {
      String text = line.asText();
      int[] ids = text.isEmpty() ? new int[0] : model.text(text).after(0);
      ByteBuffer raw = ByteBuffer.allocate(4 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
      raw.asIntBuffer().put(ids);
      CRC32 check = new CRC32();
      check.update(raw.array());
      assertThat("%08x".formatted(check.getValue()))
          .as("ids of %s: %s", line, Arrays.toString(ids))
          .isEqualTo(checks.substring(at, at + 8));
      whole.update(raw.array());
      whole.update((byte) '|');
      at += 8;
    }
    assertThat(at).isEqualTo(8 * 10_000);
    assertThat(HexFormat.of().formatHex(whole.digest())).isEqualTo(expected.get("sha256").asText());
  }

  private static JsonNode fixture(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FIXTURES.resolve(name)))) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** Everything of a prompt may be kept; here nothing is, so that each is computed in full. */
  private static Prompt prompt(int[] ids) {
    return new Prompt(list(ids), 0);
  }

  private static List<Integer> list(int[] ids) {
    return IntStream.of(ids).boxed().toList();
  }

  private static List<List<Integer>> generate(List<Prompt> asked) {
    TextGenerator generator = new TextGenerator(model.decoder(), new PrefixCache(model.decoder()));
    return generator.generate(asked, new TextGenerator.Settings(64, 0, 0, true), base, done -> {});
  }

  private static void assertSameOrTied(
      List<Integer> tokens, List<Integer> expected, JsonNode gaps) {
    int same = 0;
    while (same < Math.min(tokens.size(), expected.size())
        && tokens.get(same).equals(expected.get(same))) {
      same++;
    }
    if (same < expected.size() || tokens.size() != expected.size()) {
      assertThat(gaps.get(same).asDouble())
          .as("distance of the reference's two best logits at step %d", same)
          .isLessThan(2 * TOLERANCE);
      System.out.printf("differs at step %d, where the gap is %s%n", same, gaps.get(same));
    }
  }

  private static void assertSameChoice(List<Double> company, List<Double> alone) {
    int best = 0;
    int bestAlone = 0;
    for (int i = 0; i < alone.size(); i++) {
      assertThat(company.get(i)).isCloseTo(alone.get(i), within(COMPANY));
      best = company.get(i) > company.get(best) ? i : best;
      bestAlone = alone.get(i) > alone.get(bestAlone) ? i : bestAlone;
    }
    assertThat(best).isEqualTo(bestAlone);
  }

  /** The largest difference of a row's known logits and of the logarithm of their sum. */
  private static double difference(FloatBuffer logits, int row, JsonNode expected) {
    int vocabulary = model.config().vocabulary();
    int from = row * vocabulary;
    double sum = 0;
    double top = expected.get("topLogits").get(0).asDouble();
    for (int v = 0; v < vocabulary; v++) {
      sum += Math.exp(logits.get(from + v) - top);
    }
    double largest = Math.abs(Math.log(sum) + top - expected.get("logSumExp").asDouble());
    JsonNode ids = expected.get("topIds");
    for (int i = 0; i < ids.size(); i++) {
      double known = expected.get("topLogits").get(i).asDouble();
      largest = Math.max(largest, Math.abs(logits.get(from + ids.get(i).asInt()) - known));
    }
    JsonNode sample = expected.get("everyNth");
    for (int i = 0; i < sample.size(); i++) {
      double known = sample.get(i).asDouble();
      largest = Math.max(largest, Math.abs(logits.get(from + i * stride) - known));
    }
    return largest;
  }

  /** Logits [M, V] at some positions of a prompt. */
  private static FloatBuffer logits(int[] ids, int[] positions) {
    Pass pass = new Pass(1, ids.length);
    for (int s = 0; s < ids.length; s++) {
      pass.token(0, s, ids[s], s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = IntStream.of(positions).asLongStream().toArray();
    Decoder decoder = model.decoder();
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), base, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      return logits.floats();
    }
  }
}
