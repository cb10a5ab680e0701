package dev.tuneworthy.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.DefaultModel;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.ProviderChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The default model in every precision: how far it is from float32, and from itself in company. */
@Tag("model")
class PrecisionTest {
  private static final int TOKENS = 200;

  /** The largest mean divergence from float32 that a precision may have, in nats a token. */
  private static double drift(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> 0;
        // Measured 0.049: one scale for a whole row is coarse where a few channels are large.
      case INT8 -> 0.08;
        // Measured 0.005: the weights are the checkpoint's own, only activations are rounded.
      case Q4 -> 0.01;
    };
  }

  /**
   * What company may move a summed log-likelihood by. In float32 the rounding of sums; where
   * activations are rounded to steps, a value on the edge of a step may fall to either side.
   */
  private static double company(Precision precision) {
    return precision == Precision.FLOAT32 ? 1e-4 : 0.1;
  }

  @ParameterizedTest
  @EnumSource
  void staysNearFloat32(Precision precision) throws IOException {
    FloatBuffer reference = logProbabilities(Precision.FLOAT32);
    FloatBuffer rounded = logProbabilities(precision);
    int vocabulary = reference.limit() / (TOKENS - 1);
    double divergence = 0;
    for (int i = 0; i < reference.limit(); i++) {
      double p = reference.get(i);
      divergence += Math.exp(p) * (p - rounded.get(i));
    }
    divergence /= (double) reference.limit() / vocabulary;
    System.out.printf("KL(float32 ‖ %s): %.4f nats a token%n", precision.label(), divergence);
    assertThat(divergence).isLessThanOrEqualTo(drift(precision));
  }

  @ParameterizedTest
  @EnumSource
  void batchMatesAndPaddingNeverChangeAChoice(Precision precision) throws IOException {
    String prose = prose();
    try (TextModel model = load(precision);
        Adapter base = Adapter.none(model.config())) {
      List<TextModel.Choices> items = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String text = prose.substring(200 * i, 200 * i + 60 + 17 * i);
        items.add(
            new TextModel.Choices(
                model.text(text),
                List.of(model.answer(" yes"), model.answer(" no, not at all"), model.answer("7"))));
      }
      List<List<Double>> together = model.choose(items, base, done -> {});
      for (int i = 0; i < items.size(); i++) {
        model.forgetPrefixes();
        List<Double> alone = model.choose(List.of(items.get(i)), base, done -> {}).get(0);
        for (int j = 0; j < alone.size(); j++) {
          assertThat(together.get(i).get(j)).isCloseTo(alone.get(j), within(company(precision)));
        }
        assertThat(best(together.get(i))).isEqualTo(best(alone));
      }
    }
  }

  @Test
  void fourBitsAreNotTrainedOn() throws IOException {
    try (TextModel model = load(Precision.Q4)) {
      assertThatThrownBy(() -> model.decoder().trainingWeights(Precision.INT8))
          .isInstanceOf(ServiceException.class)
          .hasMessageContaining("TUNEWORTHY_PRECISION");
    }
  }

  @Test
  void anUnknownPrecisionIsNamed() {
    assertThat(Precision.parse("INT8")).isEqualTo(Precision.INT8);
    assertThatThrownBy(() -> Precision.parse("fp8"))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("'fp8'")
        .hasMessageContaining("float32, int8 or q4");
  }

  private static int best(List<Double> scores) {
    int best = 0;
    for (int i = 1; i < scores.size(); i++) {
      best = scores.get(i) > scores.get(best) ? i : best;
    }
    return best;
  }

  /** [TOKENS − 1, V] on the start of the shipped prose. */
  private static FloatBuffer logProbabilities(Precision precision) throws IOException {
    try (TextModel model = load(precision);
        Adapter base = Adapter.none(model.config())) {
      List<Integer> ids = model.text(prose()).tokens().subList(0, TOKENS);
      return model.logProbabilities(new Prompt(ids.subList(0, 1), 0), ids.subList(1, TOKENS), base);
    }
  }

  private static String prose() throws IOException {
    return Files.readString(Path.of("eval-suites/general/prose.txt"));
  }

  private static TextModel load(Precision precision) {
    try (Checkpoint checkpoint = Checkpoints.open(DefaultModel.file())) {
      return TextModel.load(checkpoint, Device.choose(ProviderChoice.CPU, 2), precision);
    }
  }
}
