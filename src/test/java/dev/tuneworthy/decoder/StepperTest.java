package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What steps compute is what one pass over the whole sequence computes. */
class StepperTest {
  private static final Path VARIANTS = Path.of("src/test/resources/fixtures/tiny-llama-adapters");

  private static Stream<Arguments> everyFamilyInEveryPrecision() {
    return TinyModel.folders()
        .flatMap(model -> Arrays.stream(Precision.values()).map(how -> Arguments.of(model, how)));
  }

  /**
   * In float32 sums are only taken in another order. Where rows are rounded to steps, one that lies
   * on the edge between two may fall to either side, which moves a logit by hundredths.
   */
  private static double tolerance(Precision precision) {
    return precision == Precision.FLOAT32 ? 1e-4 : 0.05;
  }

  @ParameterizedTest
  @MethodSource("everyFamilyInEveryPrecision")
  void readsAndStepsLikeOnePass(TinyModel model, Precision precision) {
    int[] ids = TinyLlama.ints(model.expected().get("sequences").get(0));
    try (Decoder decoder = model.decoder(precision);
        Adapter adapter = Adapter.of(decoder.config(), model.adapter(), 0.5)) {
      assertSame(stepped(decoder, ids, adapter), passed(decoder, ids, adapter), precision);
    }
  }

  /** Stacked, the A of a group lie below each other whatever their ranks are. */
  @Test
  void stacksModulesOfDifferentRanks() {
    int[] ids = TinyLlama.ints(TinyLlama.expected().get("sequences").get(0));
    try (Decoder decoder = TinyLlama.decoder();
        Adapter base = Adapter.none(decoder.config());
        Adapter adapter =
            Adapter.of(decoder.config(), PeftAdapter.read(VARIANTS.resolve("patterns")), 1)) {
      FloatBuffer expected = passed(decoder, ids, adapter);
      assertSame(stepped(decoder, ids, adapter), expected, Precision.FLOAT32);
      assertThat(largestDifference(expected, passed(decoder, ids, base))).isGreaterThan(0.01);
    }
  }

  private static void assertSame(FloatBuffer stepped, FloatBuffer passed, Precision precision) {
    assertThat(largestDifference(stepped, passed)).isCloseTo(0, within(tolerance(precision)));
  }

  private static double largestDifference(FloatBuffer one, FloatBuffer other) {
    assertThat(one.remaining()).isEqualTo(other.remaining());
    double largest = 0;
    for (int i = 0; i < one.remaining(); i++) {
      largest = Math.max(largest, Math.abs((double) one.get(i) - other.get(i)));
    }
    return largest;
  }

  /** Two stretches are read, then the last token is a step of its own. */
  private static FloatBuffer stepped(Decoder decoder, int[] ids, Adapter adapter) {
    Stepper stepper = decoder.stepper();
    int last = ids.length - 1;
    try (KeyValues room = stepper.room(ids.length)) {
      stepper.read(room, Arrays.copyOfRange(ids, 0, last / 2), 0, adapter);
      stepper.read(room, Arrays.copyOfRange(ids, last / 2, last), last / 2, adapter);
      long[] token = {ids[last]};
      int[] before = {last};
      try (NativeTensor logits = stepper.step(room, token, before, adapter, DecoderGraph.LOGITS)) {
        return logits.floats();
      }
    }
  }

  private static FloatBuffer passed(Decoder decoder, int[] ids, Adapter adapter) {
    Pass pass = new Pass(1, ids.length);
    for (int s = 0; s < ids.length; s++) {
      pass.token(0, s, ids[s], s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = new long[] {ids.length - 1L};
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      return logits.floats();
    }
  }
}
