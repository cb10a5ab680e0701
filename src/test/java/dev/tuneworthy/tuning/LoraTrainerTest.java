package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.decoder.TinyLlama;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.ProviderChoice;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on the tiny Llama: it learns, it stops early, and it can be killed at any step. */
class LoraTrainerTest {
  private static LocalModel model;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    model = LocalModel.open("tiny", TinyLlama.FOLDER, Device.choose(ProviderChoice.CPU, 1));
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @Test
  void theLossFalls() {
    TrainingResult result = train(plan(4, 9), folder, constant(), Progress.SILENT);
    assertThat(result.curve()).hasSize(4);
    assertThat(result.curve().get(3).trainLoss())
        .isLessThan(0.7 * result.curve().get(0).trainLoss());
  }

  @Test
  void aKilledTrainingEndsWithTheSameBytesAsAnUninterruptedOne() {
    TrainingResult straight =
        train(plan(3, 9), folder.resolve("straight"), constant(), Progress.SILENT);
    Path killed = folder.resolve("killed");
    for (int steps = 1; steps <= 5; steps += 2) {
      int most = steps;
      AtomicInteger seen = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  train(
                      plan(3, 9),
                      killed,
                      constant(),
                      step -> {
                        if (seen.incrementAndGet() > most) {
                          throw new ServiceException(ErrorCode.CANCELLED, "killed");
                        }
                      }))
          .hasMessage("killed");
    }
    TrainingResult resumed = train(plan(3, 9), killed, constant(), Progress.SILENT);
    assertThat(resumed.adapter().sha256()).isEqualTo(straight.adapter().sha256());
    assertThat(resumed.curve()).isEqualTo(straight.curve());
  }

  @Test
  void aFinishedTrainingIsReturnedWithoutAStep() {
    TrainingResult first = train(plan(2, 9), folder, constant(), Progress.SILENT);
    TrainingResult again =
        train(
            plan(2, 9),
            folder,
            adapter -> {
              throw new AssertionError("asked again");
            },
            step -> {
              throw new AssertionError("trained again");
            });
    assertThat(again.adapter().sha256()).isEqualTo(first.adapter().sha256());
  }

  @Test
  void aTornStateFileIsNotTrusted() throws IOException {
    TrainingResult whole = train(plan(2, 9), folder, constant(), Progress.SILENT);
    Path state = folder.resolve("state.bin");
    byte[] bytes = Files.readAllBytes(state);
    Files.write(state, Arrays.copyOf(bytes, bytes.length / 2));
    TrainingResult again = train(plan(2, 9), folder, constant(), Progress.SILENT);
    assertThat(again.adapter().sha256()).isEqualTo(whole.adapter().sha256());
  }

  @Test
  void stopsWhenDevNoLongerImprovesAndKeepsTheBestEpoch() {
    AtomicInteger epoch = new AtomicInteger();
    double[] qualities = {0.2, 0.6, 0.5, 0.4, 0.9};
    TrainingResult result =
        train(plan(5, 2), folder, adapter -> qualities[epoch.getAndIncrement()], Progress.SILENT);
    assertThat(result.bestEpoch()).isEqualTo(2);
    assertThat(result.curve()).hasSize(4);
  }

  @Test
  void anotherSeedTrainsAnotherAdapter() {
    TrainingResult one = train(plan(1, 9), folder.resolve("a"), constant(), Progress.SILENT);
    TuningPlan other = new TuningPlan(2, 4, 0.02, 1, 4, 0.05, 1, 9, 2);
    TrainingResult two = train(other, folder.resolve("b"), constant(), Progress.SILENT);
    assertThat(two.adapter().sha256()).isNotEqualTo(one.adapter().sha256());
  }

  private static TuningPlan plan(int epochs, int patience) {
    return new TuningPlan(2, 4, 0.02, epochs, 4, 0.05, 1, patience, 1);
  }

  private static TrainingResult train(TuningPlan plan, Path into, DevCheck dev, Progress progress) {
    return new LoraTrainer(model).train(task(), plan, into, dev, progress);
  }

  /** A dev quality that never changes, so that patience alone decides. */
  private static DevCheck constant() {
    return adapter -> 0.5;
  }

  private static Task task() {
    List<Example> train =
        IntStream.range(0, 14)
            .mapToObj(i -> Example.of("train-" + i, "cat " + i, i % 2 == 0 ? "even" : "odd"))
            .toList();
    return new Task(
        "parity",
        "Even or odd?",
        List.of("even", "odd"),
        Map.of(
            Split.TRAIN, train,
            Split.DEV, List.of(Example.of("dev-0", "mat 20", "even")),
            Split.TEST, List.of(Example.of("test-0", "mat 21", "odd"))),
        Metric.ACCURACY,
        "0".repeat(64));
  }
}
