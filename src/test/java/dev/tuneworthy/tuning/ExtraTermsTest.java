package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decoder.LinearLayer;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.decoder.TinyLlama;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.ProviderChoice;
import dev.tuneworthy.runtime.Weights;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The KL and consolidation terms against central differences, on the tiny Llama. */
class ExtraTermsTest {
  private static final TuningPlan PLAN = new TuningPlan(2, 4, 0.02, 1, 4, 0, 1, 1, 3);
  private static final double SCALE = 2;

  /** Balances the error of a central difference against the rounding of a float32 loss. */
  private static final float STEP = 5e-3f;

  private static final EncodedExample FIRST =
      new EncodedExample(List.of(5, 9, 14, 3), List.of(7, 11, 2));
  private static final EncodedExample SECOND = new EncodedExample(List.of(5, 9, 8), List.of(4, 20));

  private static final EncodedExample LONG =
      new EncodedExample(
          List.of(5, 8, 3), IntStream.range(0, 40).map(i -> 3 + i % 20).boxed().toList());

  private static LocalModel model;

  @BeforeAll
  static void load() {
    model = LocalModel.open("tiny", TinyLlama.FOLDER, Device.choose(ProviderChoice.CPU, 1));
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @Test
  void theGradientOfTheKlTermAgreesWithCentralDifferences() {
    try (LoraParameters parameters = moved();
        BaseTargets targets = new BaseTargets(model.text().decoder(), Precision.FLOAT32);
        TrainingStep step =
            new TrainingStep(model.text().decoder(), Precision.FLOAT32, 0, 1, true)) {
      ToDoubleFunction<float[]> kl = gradients -> kl(step, targets, parameters, gradients);
      float[] gradients = new float[parameters.size()];
      double value = kl.applyAsDouble(gradients);
      assertThat(value).isPositive();
      compare(parameters, gradients, kl, 4e-3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "INT8"})
  void theKlTermIsZeroWhereNothingHasMoved(Precision precision) {
    try (LoraParameters untouched = new LoraParameters(model.text().config(), PLAN);
        BaseTargets targets = new BaseTargets(model.text().decoder(), precision);
        TrainingStep step = new TrainingStep(model.text().decoder(), precision, 0, 1, true)) {
      float[] gradients = new float[untouched.size()];
      // float32 sums in another order than in the forward-only run.
      assertThat(kl(step, targets, untouched, gradients)).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void theKlTermIsTheDivergenceThatIsMeasured() {
    try (LoraParameters parameters = moved();
        BaseTargets targets = new BaseTargets(model.text().decoder(), Precision.FLOAT32);
        TrainingStep step =
            new TrainingStep(model.text().decoder(), Precision.FLOAT32, 0, 1, true)) {
      double term = kl(step, targets, parameters, new float[parameters.size()]);
      ForwardDivergence measured = new ForwardDivergence(model.text(), List.of(FIRST, SECOND), 0);
      assertThat(measured.of(parameters.adapter(parameters.copy(), "tiny")))
          .isCloseTo(term, within(1e-4 * term));
    }
  }

  /** As a step on general prompts does it: the task's batch first, and the other one held. */
  @Test
  void aBatchThatLiesBehindAnotherIsHeldToTheBaseModelAsIfItWereAlone() {
    TrainingBatch task = new TrainingBatch(List.of(SECOND), 2);
    TrainingBatch general = TrainingBatch.held(List.of(FIRST, LONG), 1);
    try (LoraParameters parameters = moved();
        BaseTargets targets = new BaseTargets(model.text().decoder(), Precision.FLOAT32);
        TrainingStep alone = new TrainingStep(model.text().decoder());
        TrainingStep held =
            new TrainingStep(model.text().decoder(), Precision.FLOAT32, 0, 1, true);
        TrainingStep both =
            new TrainingStep(model.text().decoder(), Precision.FLOAT32, 0, 2, true)) {
      float[] ofTask = new float[parameters.size()];
      float[] ofGeneral = new float[parameters.size()];
      float[] together = new float[parameters.size()];
      double loss = alone.run(task, parameters, SCALE, ofTask);
      double kl =
          held.run(List.of(general), targets.feeds(general, 0, 3), parameters, SCALE, ofGeneral);
      double sum =
          both.run(
              List.of(task, general),
              targets.feeds(general, task.labels(), 3),
              parameters,
              SCALE,
              together);
      assertThat(kl).isPositive();
      assertThat(sum).isCloseTo(loss + kl, within(1e-4));
      for (int i = 0; i < together.length; i++) {
        assertThat(together[i]).isCloseTo(ofTask[i] + ofGeneral[i], within(1e-4f));
      }
      assertThat(
              both.run(
                  List.of(task, TrainingBatch.nothing()),
                  targets.nothing(),
                  parameters,
                  SCALE,
                  together))
          .as("a step that drew no general prompt")
          .isCloseTo(loss, within(1e-5));
    }
  }

  @Test
  void aLongAnswerIsHeldAtSixteenOfItsTokens() {
    assertThat(SECOND.held()).containsExactly(0, 1);
    assertThat(LONG.held()).hasSize(16).startsWith(0, 2, 5).endsWith(35, 37);
    assertThat(TrainingBatch.held(List.of(LONG), 0).labels()).isEqualTo(16);
  }

  @Test
  void theGradientOfTheConsolidationAgreesWithCentralDifferences() {
    SplittableRandom random = new SplittableRandom(8);
    try (LoraParameters parameters = moved();
        Weights fisher = drawnFisher(random);
        WeightConsolidation term =
            new WeightConsolidation(
                model.text().config(), 0, fisher, SCALE, 3, model.text().decoder().device())) {
      float[] gradients = new float[parameters.size()];
      double value = term.add(parameters, gradients);
      assertThat(value).isCloseTo(penalty(parameters, fisher, 3), within(1e-4 * value));
      compare(parameters, gradients, g -> term.add(parameters, g), 4e-3);
    }
  }

  @Test
  void squaredGradientsAreThoseOfEachExampleAlone() {
    try (SquaredGradients both = new SquaredGradients(model.text().decoder())) {
      both.add(FIRST);
      both.add(SECOND);
      for (LinearLayer kind : LinearLayer.values()) {
        FloatBuffer found = both.of(kind.weight(1));
        int in = kind.inputWidth(model.text().config());
        int column = in / 3;
        double[] first = weightGradient(FIRST, kind, column);
        double[] second = weightGradient(SECOND, kind, column);
        for (int row = 0; row < first.length; row++) {
          double expected = first[row] * first[row] + second[row] * second[row];
          assertThat((double) found.get(row * in + column))
              .as("%s[%d, %d]", kind, row, column)
              .isCloseTo(expected, within(1e-3 * expected + 1e-9));
        }
      }
    }
  }

  /**
   * A column of the gradient of minus the log-likelihood with respect to W, by another way: where B
   * is 0 and A is 1 in that column alone, the gradient with respect to B is the scale times it.
   */
  private static double[] weightGradient(EncodedExample example, LinearLayer kind, int column) {
    TuningPlan plan = new TuningPlan(1, 1, 0.02, 1, 4, 0, 1, 1, 3);
    try (LoraParameters parameters = new LoraParameters(model.text().config(), plan);
        TrainingStep step = new TrainingStep(model.text().decoder())) {
      int offset = 0;
      int bAt = 0;
      for (String name : parameters.names()) {
        int size = size(parameters, name);
        boolean a = name.contains("lora_A");
        for (int i = 0; i < size; i++) {
          boolean chosen = name.equals(kind.loraA(1)) && i == column;
          parameters.block().put(offset + i, a && chosen ? 1 : 0);
        }
        bAt = name.equals(kind.loraB(1)) ? offset : bAt;
        offset += size;
      }
      float[] gradients = new float[parameters.size()];
      step.run(TrainingBatch.summed(example), parameters, 1, gradients);
      int out = kind.outputWidth(model.text().config());
      double[] result = new double[out];
      for (int i = 0; i < out; i++) {
        result[i] = gradients[bAt + i];
      }
      return result;
    }
  }

  private static int size(LoraParameters parameters, String name) {
    return (int) Arrays.stream(parameters.feeds().get(name).shape()).reduce(1, (a, b) -> a * b);
  }

  /** The KL term alone: the labels have no weight. */
  private static double kl(
      TrainingStep step, BaseTargets targets, LoraParameters parameters, float[] gradients) {
    TrainingBatch batch = new TrainingBatch(List.of(FIRST, SECOND), 0, 0);
    return step.run(List.of(batch), targets.feeds(batch, 0, 1), parameters, SCALE, gradients);
  }

  /** (λ/2) Σ F (s B A)², written down directly. */
  private static double penalty(LoraParameters parameters, Weights fisher, double strength) {
    double sum = 0;
    for (int layer = 0; layer < model.text().config().layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        FloatBuffer a = parameters.feeds().get(kind.loraA(layer)).floats();
        FloatBuffer b = parameters.feeds().get(kind.loraB(layer)).floats();
        FloatBuffer f = fisher.get(kind.weight(layer)).floats();
        int in = kind.inputWidth(model.text().config());
        for (int o = 0; o < kind.outputWidth(model.text().config()); o++) {
          for (int i = 0; i < in; i++) {
            double delta = 0;
            for (int r = 0; r < PLAN.rank(); r++) {
              delta += SCALE * b.get(o * PLAN.rank() + r) * a.get(r * in + i);
            }
            sum += f.get(o * in + i) * delta * delta;
          }
        }
      }
    }
    return strength / 2 * sum;
  }

  private static Weights drawnFisher(SplittableRandom random) {
    Weights fisher = new Weights();
    for (int layer = 0; layer < model.text().config().layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        int out = kind.outputWidth(model.text().config());
        int in = kind.inputWidth(model.text().config());
        float[] values = new float[out * in];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble();
        }
        fisher.put(kind.weight(layer), NativeTensor.floats(values, out, in));
      }
    }
    return fisher;
  }

  /** Parameters whose B is no longer zero. */
  private static LoraParameters moved() {
    LoraParameters parameters = new LoraParameters(model.text().config(), PLAN);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < parameters.size(); i++) {
      parameters.block().put(i, (float) (0.4 * random.nextDouble() - 0.2));
    }
    return parameters;
  }

  /** Some elements of every matrix. */
  private static void compare(
      LoraParameters parameters,
      float[] gradients,
      ToDoubleFunction<float[]> value,
      double tolerance) {
    double largest = 0;
    for (float g : gradients) {
      largest = Math.max(largest, Math.abs(g));
    }
    int offset = 0;
    for (String name : parameters.names()) {
      int size = size(parameters, name);
      for (int at : new int[] {offset, offset + size / 2, offset + size - 1}) {
        float before = parameters.block().get(at);
        parameters.block().put(at, before + STEP);
        double up = value.applyAsDouble(new float[gradients.length]);
        parameters.block().put(at, before - STEP);
        double down = value.applyAsDouble(new float[gradients.length]);
        parameters.block().put(at, before);
        assertThat((double) gradients[at])
            .as("%s, element %d", name, at - offset)
            .isCloseTo((up - down) / (2 * STEP), within(tolerance * largest));
      }
      offset += size;
    }
  }
}
