package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.decoder.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training step against PEFT on the tiny Llama. */
class TrainingParityTest {
  private static final JsonNode EXPECTED = TinyLlama.expected();

  /** The second prompt ends with the shared tokens, and its last row must be its own. */
  private static final int SHARED = EXPECTED.get("sharedPrefix").asInt() - 1;

  private static final TuningPlan PLAN = new TuningPlan(4, 8, 0.02, 1, 2, 0, 1.0, 1, 7);

  private static Decoder decoder;
  private static TrainingStep step;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    decoder = TinyLlama.decoder();
    step = new TrainingStep(decoder);
  }

  @AfterAll
  static void unload() {
    step.close();
    decoder.close();
  }

  @Test
  void lossEqualsPeft() throws IOException {
    assertThat(run(SHARED, new float[size()]))
        .isCloseTo(EXPECTED.get("adapter").get("loss").asDouble(), within(1e-5));
  }

  @Test
  void everyGradientEqualsPeft() throws IOException {
    float[] gradients = new float[size()];
    run(SHARED, gradients);
    assertGradients(gradients);
  }

  @Test
  void gradientsAreTheSameWithoutASharedPrefix() throws IOException {
    float[] gradients = new float[size()];
    run(0, gradients);
    assertGradients(gradients);
  }

  @Test
  void twentyUpdatesFollowTheReferenceCurve() throws IOException {
    JsonNode training = EXPECTED.get("training");
    try (LoraParameters parameters = new LoraParameters(decoder.config(), PLAN)) {
      parameters.restore(values(parameters, PeftAdapter.read(adapterFolder())));
      AdamW optimiser = new AdamW(parameters.size());
      float[] gradients = new float[parameters.size()];
      for (int i = 0; i < training.get("losses").size(); i++) {
        double loss = step.run(new TrainingBatch(examples(), SHARED), parameters, 2, gradients);
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

  private static Path adapterFolder() {
    return TinyLlama.FOLDER.resolve("adapter");
  }

  private static List<EncodedExample> examples() {
    return List.of(example(0), example(1));
  }

  private static EncodedExample example(int index) {
    List<Integer> ids =
        Arrays.stream(TinyLlama.ints(EXPECTED.get("sequences").get(index))).boxed().toList();
    int start = EXPECTED.get("adapter").get("completionStart").get(index).asInt();
    return new EncodedExample(ids.subList(0, start), ids.subList(start, ids.size()));
  }

  private static int size() {
    try (LoraParameters parameters = new LoraParameters(decoder.config(), PLAN)) {
      return parameters.size();
    }
  }

  private static double run(int shared, float[] gradients) {
    try (LoraParameters parameters = new LoraParameters(decoder.config(), PLAN)) {
      parameters.restore(values(parameters, PeftAdapter.read(adapterFolder())));
      return step.run(new TrainingBatch(examples(), shared), parameters, 2, gradients);
    }
  }

  /** float32 sums in another order: 2e-6 of the largest entry in the reference's own comparison. */
  private void assertGradients(float[] gradients) throws IOException {
    Files.copy(
        adapterFolder().resolve(PeftAdapter.CONFIG_FILE), folder.resolve(PeftAdapter.CONFIG_FILE));
    Files.copy(
        TinyLlama.FOLDER.resolve("gradients.safetensors"),
        folder.resolve(PeftAdapter.WEIGHTS_FILE));
    try (LoraParameters parameters = new LoraParameters(decoder.config(), PLAN)) {
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
