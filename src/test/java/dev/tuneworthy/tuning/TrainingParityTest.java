package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.decoder.TinyLlama;
import dev.tuneworthy.decoder.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training step against PEFT, on a tiny model of every architecture. */
class TrainingParityTest {
  private static final TuningPlan PLAN = new TuningPlan(4, 8, 0.02, 1, 2, 0, 1.0, 1, 7);
  private static final Map<TinyModel, Trained> LOADED = new HashMap<>();

  /** A model and its training session. */
  private record Trained(Decoder decoder, TrainingStep step) {
    static Trained load(TinyModel model) {
      Decoder decoder = model.decoder();
      return new Trained(decoder, new TrainingStep(decoder));
    }

    LoraParameters parameters() {
      return new LoraParameters(decoder.config(), PLAN);
    }
  }

  @TempDir Path folder;

  private static Trained trained(TinyModel model) {
    return LOADED.computeIfAbsent(model, Trained::load);
  }

  @AfterAll
  static void unload() {
    LOADED
        .values()
        .forEach(
            trained -> {
              trained.step().close();
              trained.decoder().close();
            });
    LOADED.clear();
  }

  static List<TinyModel> models() {
    return TinyModel.folders().toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void lossEqualsPeft(TinyModel model) {
    assertThat(run(model, shared(model), new float[size(model)]))
        .isCloseTo(model.expected().get("adapter").get("loss").asDouble(), within(1e-5));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void everyGradientEqualsPeft(TinyModel model) throws IOException {
    float[] gradients = new float[size(model)];
    run(model, shared(model), gradients);
    assertGradients(model, gradients);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void gradientsAreTheSameWithoutASharedPrefix(TinyModel model) throws IOException {
    float[] gradients = new float[size(model)];
    run(model, 0, gradients);
    assertGradients(model, gradients);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void twentyUpdatesFollowTheReferenceCurve(TinyModel model) {
    JsonNode training = model.expected().get("training");
    TrainingStep step = trained(model).step();
    try (LoraParameters parameters = trained(model).parameters()) {
      parameters.restore(values(parameters, model.adapter()));
      AdamW optimiser = new AdamW(parameters.size());
      float[] gradients = new float[parameters.size()];
      for (int i = 0; i < training.get("losses").size(); i++) {
        TrainingBatch batch = new TrainingBatch(examples(model), shared(model));
        double loss = step.run(batch, parameters, 2, gradients);
        double norm =
            optimiser.update(
                parameters.block(),
                gradients,
                i + 1,
                training.get("learningRate").asDouble(),
                training.get("clipNorm").asDouble());
        // Adam divides by the root of tiny second moments, which magnifies rounding a little.
        assertThat(loss)
            .as("loss before update %d", i)
            .isCloseTo(training.get("losses").get(i).asDouble(), within(2e-4));
        double reference = training.get("gradientNormsBeforeClipping").get(i).asDouble();
        assertThat(norm).as("norm before update %d", i).isCloseTo(reference, within(2e-3));
      }
    }
  }

  /** Side by side, examples of unlike lengths neither see nor push each other. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void examplesOfUnlikeLengthsHaveTheGradientsOfEachAlone(TinyModel model) {
    List<EncodedExample> several = new ArrayList<>(examples(model));
    for (EncodedExample whole : examples(model)) {
      List<Integer> completion = whole.completion();
      several.add(new EncodedExample(whole.prompt(), completion.subList(0, 1)));
      several.add(
          new EncodedExample(whole.prompt().subList(0, whole.prompt().size() - 1), completion));
    }
    int labels = several.stream().mapToInt(e -> e.completion().size()).sum();
    float[] together = new float[size(model)];
    float[] alone = new float[together.length];
    try (LoraParameters parameters = trained(model).parameters()) {
      parameters.restore(values(parameters, model.adapter()));
      TrainingStep step = trained(model).step();
      step.run(new TrainingBatch(several, 0), parameters, 2, together);
      for (EncodedExample one : several) {
        add(step, TrainingBatch.summed(one), parameters, alone);
      }
    }
    for (int i = 0; i < alone.length; i++) {
      assertThat(together[i]).as("gradient %d", i).isCloseTo(alone[i] / labels, within(2e-5f));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void batchesBehindEachOtherHaveTheGradientsOfEachAlone(TinyModel model) {
    List<TrainingBatch> batches =
        List.of(
            new TrainingBatch(examples(model), shared(model), 0.7),
            new TrainingBatch(examples(model).subList(0, 1), 1, 0.3));
    float[] together = new float[size(model)];
    float[] alone = new float[together.length];
    try (LoraParameters parameters = trained(model).parameters();
        TrainingStep both =
            new TrainingStep(trained(model).decoder(), Precision.FLOAT32, 0, 2, false)) {
      parameters.restore(values(parameters, model.adapter()));
      double loss = both.run(batches, Map.of(), parameters, 2, together);
      for (TrainingBatch batch : batches) {
        loss -= add(trained(model).step(), batch, parameters, alone);
      }
      assertThat(loss).isCloseTo(0, within(1e-5));
    }
    for (int i = 0; i < alone.length; i++) {
      assertThat(together[i]).as("gradient %d", i).isCloseTo(alone[i], within(2e-5f));
    }
  }

  private static double add(
      TrainingStep step, TrainingBatch batch, LoraParameters parameters, float[] onto) {
    float[] gradients = new float[onto.length];
    double loss = step.run(batch, parameters, 2, gradients);
    for (int i = 0; i < onto.length; i++) {
      onto[i] += gradients[i];
    }
    return loss;
  }

  /**
   * Eight bits leave the direction of the gradient: what an update follows after Adam's scaling.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void eightBitsPointAlmostTheSameWay(TinyModel model) {
    float[] full = new float[size(model)];
    run(model, shared(model), full);
    float[] rounded = new float[full.length];
    try (LoraParameters parameters = trained(model).parameters();
        TrainingStep step =
            new TrainingStep(trained(model).decoder(), Precision.INT8, 0, 1, false)) {
      parameters.restore(values(parameters, model.adapter()));
      double loss =
          step.run(new TrainingBatch(examples(model), shared(model)), parameters, 2, rounded);
      assertThat(loss)
          .isCloseTo(model.expected().get("adapter").get("loss").asDouble(), within(0.05));
    }
    assertThat(rounded).isNotEqualTo(full);
    assertThat(cosine(full, rounded)).isGreaterThan(0.98);
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squares += (double) a[i] * a[i];
      others += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squares * others);
  }

  /** The second prompt ends with the shared tokens, and its last row must be its own. */
  private static int shared(TinyModel model) {
    return model.expected().get("sharedPrefix").asInt() - 1;
  }

  private static List<EncodedExample> examples(TinyModel model) {
    return List.of(example(model, 0), example(model, 1));
  }

  private static EncodedExample example(TinyModel model, int index) {
    JsonNode expected = model.expected();
    List<Integer> ids =
        Arrays.stream(TinyLlama.ints(expected.get("sequences").get(index))).boxed().toList();
    int start = expected.get("adapter").get("completionStart").get(index).asInt();
    return new EncodedExample(ids.subList(0, start), ids.subList(start, ids.size()));
  }

  private static int size(TinyModel model) {
    try (LoraParameters parameters = trained(model).parameters()) {
      return parameters.size();
    }
  }

  private static double run(TinyModel model, int shared, float[] gradients) {
    try (LoraParameters parameters = trained(model).parameters()) {
      parameters.restore(values(parameters, model.adapter()));
      TrainingBatch batch = new TrainingBatch(examples(model), shared);
      return trained(model).step().run(batch, parameters, 2, gradients);
    }
  }

  /** float32 sums in another order: 2e-6 of the largest entry in the reference's own comparison. */
  private void assertGradients(TinyModel model, float[] gradients) throws IOException {
    Files.copy(
        model.adapterFolder().resolve(PeftAdapter.CONFIG_FILE),
        folder.resolve(PeftAdapter.CONFIG_FILE));
    Files.copy(model.gradients(), folder.resolve(PeftAdapter.WEIGHTS_FILE));
    try (LoraParameters parameters = trained(model).parameters()) {
      float[] expected = values(parameters, PeftAdapter.read(folder));
      for (int i = 0; i < expected.length; i++) {
        assertThat(gradients[i]).as("gradient %d", i).isCloseTo(expected[i], within(5e-5f));
      }
    }
  }

  /** The matrices of an adapter in the order of the parameters' block. */
  private static float[] values(LoraParameters parameters, PeftAdapter adapter) {
    float[] values = new float[parameters.size()];
    int offset = 0;
    for (String name : parameters.names()) {
      String module = name.substring("base_model.model.".length(), name.lastIndexOf(".lora_"));
      LoraWeights weights = adapter.modules().get(module);
      var part = name.contains("lora_A") ? weights.a() : weights.b();
      int length = part.remaining();
      part.get(values, offset, length);
      offset += length;
    }
    return values;
  }
}
