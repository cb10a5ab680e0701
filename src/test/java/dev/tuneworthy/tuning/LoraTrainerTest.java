package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import dev.tuneworthy.tuning.Mitigation.KlInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  @Test
  void aKilledTrainingWithEveryMitigationEndsWithTheSameBytes() {
    TuningPlan plan =
        plan(2, 9)
            .with(Mitigation.replaying(0.2))
            .with(Mitigation.heldToBase(0.01, KlInputs.GENERAL))
            .with(Mitigation.consolidated(10));
    LoraTrainer trainer = new LoraTrainer(model, Optional.of(general()));
    DevCheck dev = constant().probing((adapter, checkpoints) -> reading(0, true));
    TrainingResult straight =
        trainer.train(task(), plan, folder.resolve("straight"), dev, Progress.SILENT);
    Path killed = folder.resolve("killed");
    for (int steps = 1; steps <= 3; steps += 2) {
      int most = steps;
      assertThatThrownBy(() -> trainer.train(task(), plan, killed, dev, endingAfter(most)))
          .hasMessage("killed");
    }
    TrainingResult resumed = trainer.train(task(), plan, killed, dev, Progress.SILENT);
    assertThat(resumed.adapter().sha256()).isEqualTo(straight.adapter().sha256());
    assertThat(resumed.curve()).isEqualTo(straight.curve());
    assertThat(resumed.probes()).isEqualTo(straight.probes()).hasSize(5);
    assertThat(resumed.probes().get(4).klToBase()).isPositive();
    assertThat(straight.adapter().sha256())
        .isNotEqualTo(
            train(plan(2, 9), folder.resolve("plain"), constant(), Progress.SILENT)
                .adapter()
                .sha256());
  }

  @Test
  void generalExamplesComeInTheShareOfThePlan() {
    TuningPlan plan = plan(2, 9).with(Mitigation.replaying(0.2));
    try (Objective objective =
        Objective.of(plan, 0, model, Optional.of(general()), Progress.SILENT)) {
      int drawn = 0;
      for (int step = 0; step < 40; step++) {
        drawn += objective.generalOf(step).size();
      }
      // 40 steps of 4 task examples: one in five of all is a general one.
      assertThat(drawn).isEqualTo(40);
    }
  }

  @Test
  void theLossOfAStepIsTheMeanOverEveryTokenOfTheTaskAndOfWhatIsReplayed() {
    TuningPlan plan = plan(2, 9).with(Mitigation.replaying(0.2));
    List<EncodedExample> batch =
        List.of(
            new EncodedExample(List.of(5, 9, 14, 3), List.of(7)),
            new EncodedExample(List.of(5, 9, 8), List.of(4, 2)));
    try (Objective objective =
            Objective.of(plan, 0, model, Optional.of(general()), Progress.SILENT);
        LoraParameters parameters = new LoraParameters(model.text().config(), plan);
        TrainingStep step = new TrainingStep(model.text().decoder())) {
      float[] gradients = new float[parameters.size()];
      List<EncodedExample> all = new ArrayList<>(batch);
      all.addAll(objective.generalOf(0));
      assertThat(all).as("one general example").hasSize(3);
      double nats = 0;
      int tokens = 0;
      for (EncodedExample example : all) {
        nats += step.run(TrainingBatch.summed(example), parameters, 2, gradients);
        tokens += example.completion().size();
      }
      double loss = objective.gradients(batch, 0, parameters, gradients).loss();
      // float32 sums, of one batch there and of single examples here.
      assertThat(loss).isCloseTo(nats / tokens, within(1e-4));
    }
  }

  @Test
  void everyMeansIsTimedBesideThePlainStep() {
    List<MitigationSpeed.Steps> measured =
        MitigationSpeed.measure(
            model, general(), new TrainingSpeed.Shape(4, 6, 2, 2), 3, Progress.SILENT);
    assertThat(measured)
        .extracting(MitigationSpeed.Steps::means)
        .containsExactly("", "+replay(10%)", "+kl(4,general)", "+ewc(100)");
    assertThat(measured).allSatisfy(of -> assertThat(of.seconds()).hasSize(3).allMatch(s -> s > 0));
  }

  @Test
  void aPlanThatNeedsGeneralPromptsSaysSo() {
    TuningPlan plan = plan(1, 9).with(Mitigation.replaying(0.1));
    assertThatThrownBy(() -> train(plan, folder, constant(), Progress.SILENT))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("general prompts")
        .hasMessageContaining("replay(10%)");
  }

  @Test
  void aTrainingThatDestroysTheModelStopsAtTheCheckpointThatShowsIt() {
    AtomicInteger looks = new AtomicInteger();
    DevCheck dev =
        constant()
            .probing((adapter, checkpoints) -> reading(looks.incrementAndGet() == 2 ? 9 : 0, true));
    TrainingResult result = train(plan(3, 9), folder, dev, Progress.SILENT);
    assertThat(result.curve()).as("epochs finished").isEmpty();
    assertThat(result.bestEpoch()).isZero();
    assertThat(result.probes()).hasSize(2);
    assertThat(result.stopped().orElseThrow()).contains("lost 9");
    assertThat(train(plan(3, 9), folder, dev, Progress.SILENT).stopped())
        .isEqualTo(result.stopped());
    assertThat(looks).as("a stopped training is not gone on with").hasValue(2);
  }

  @Test
  void earlyStopKeepsTheBestCheckpointThatHoldsRetention() {
    AtomicInteger looks = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    DevCheck dev =
        ((DevCheck) adapter -> asked.incrementAndGet() / 100.0)
            .probing((adapter, checkpoints) -> reading(0, looks.incrementAndGet() <= 2));
    TuningPlan plan = plan(2, 9).with(Mitigation.stoppedEarly());
    TrainingResult result = train(plan, folder, dev, Progress.SILENT);
    assertThat(result.bestEpoch()).as("both that held were of the first epoch").isEqualTo(1);
    assertThat(asked).as("two that held, two ends of an epoch").hasValue(4);
  }

  @Test
  void upperLayersAloneCanBeTrained() {
    TrainingResult result = train(plan(1, 9).fromLayer(1), folder, constant(), Progress.SILENT);
    assertThat(result.adapter().modules().keySet()).allMatch(path -> path.contains("layers.1."));
    assertThatThrownBy(() -> train(plan(1, 9).fromLayer(2), folder, constant(), Progress.SILENT))
        .hasMessageContaining("not 2");
  }

  @Test
  void anEarlyStopOfWhichNoCheckpointHoldsLeavesNoAdapterAndSaysWhy() {
    TuningPlan plan = plan(1, 9).with(Mitigation.stoppedEarly());
    DevCheck dev = constant().probing((adapter, checkpoints) -> reading(0, false));
    TrainingResult result = train(plan, folder, dev, Progress.SILENT);
    assertThat(result.usable()).isFalse();
    assertThat(result.nothingHeld())
        .hasValueSatisfying(why -> assertThat(why).contains("no checkpoint"));
    assertThat(result.divergence()).isEmpty();
  }

  private static RetentionProbe.Reading reading(int lost, boolean holds) {
    return new RetentionProbe.Reading(20, lost, 0, lost * 0.7, holds, lost > 5);
  }

  private static Progress endingAfter(int most) {
    AtomicInteger seen = new AtomicInteger();
    return step -> {
      if (step.rung().equals("tune") && seen.incrementAndGet() > most) {
        throw new ServiceException(ErrorCode.CANCELLED, "killed");
      }
    };
  }

  private GeneralPrompts general() {
    return new GeneralPrompts(
        IntStream.range(0, 12).mapToObj(i -> "the cat " + i).toList(), folder.resolve("general"));
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
