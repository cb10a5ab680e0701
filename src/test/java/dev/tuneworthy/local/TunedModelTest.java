package dev.tuneworthy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decoder.TinyLlama;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.ProviderChoice;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A tuned model answers only after it has been shown that its adapter does something. */
class TunedModelTest {
  private static final PeftAdapter LORA = PeftAdapter.read(TinyLlama.FOLDER.resolve("adapter"));
  private static final List<Question> QUESTIONS =
      List.of(Question.continuation("q", "The cat sat", List.of(" on", " there", " 7")));
  private static LocalModel model;

  @BeforeAll
  static void open() {
    model = LocalModel.open("tiny", TinyLlama.FOLDER, Device.choose(ProviderChoice.CPU, 1));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void refusesToOpenAnAdapterThatWasNeverTrained() {
    TreeMap<String, LoraWeights> modules = new TreeMap<>();
    LORA.modules()
        .forEach(
            (path, trained) ->
                modules.put(
                    path,
                    LoraWeights.copyOf(
                        trained.rank(),
                        trained.in(),
                        trained.out(),
                        trained.alpha(),
                        trained.a(),
                        FloatBuffer.allocate(trained.out() * trained.rank()))));
    PeftAdapter fresh =
        new PeftAdapter(4, 8, 0, false, LORA.targetModules(), LORA.baseModel(), modules);

    assertThatThrownBy(() -> model.tuned(fresh, 1))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INERT_ADAPTER))
        .hasMessageContaining("train it on this model");
  }

  @Test
  void answersAsTheBaseModelAtScaleZeroAndOtherwiseAtOne() {
    try (Answerer base = model.base();
        Answerer zero = model.tuned(LORA, 0);
        Answerer one = model.tuned(LORA, 1)) {
      assertThat(likelihoods(zero)).isEqualTo(likelihoods(base));
      assertThat(likelihoods(one)).isNotEqualTo(likelihoods(base));
    }
  }

  private static List<Double> likelihoods(Answerer answerer) {
    return ((Answer.Given) answerer.choose(QUESTIONS, done -> {}).get(0)).logLikelihoods();
  }
}
