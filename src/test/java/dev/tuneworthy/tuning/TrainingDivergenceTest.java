package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.decoder.TinyLlama;
import dev.tuneworthy.evaluation.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training whose numbers break ends there, with its last good epoch. */
class TrainingDivergenceTest {
  private static final int STEPS_PER_EPOCH = 4;
  private static final TuningPlan PLAN = new TuningPlan(2, 4, 0.01, 5, 2, 0, 1, 5, 1);
  private static ModelConfig config;

  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicInteger devChecks = new AtomicInteger();
  private final AtomicInteger saves = new AtomicInteger();

  @BeforeAll
  static void readConfig() {
    try (Checkpoint checkpoint = Checkpoints.open(TinyLlama.FOLDER)) {
      config = checkpoint.config();
    }
  }

  /** Also at the end of an epoch, where the broken weights would be measured and kept. */
  @ParameterizedTest
  @ValueSource(ints = {5, 6, 8})
  void aGradientThatIsNoNumberEndsTheTrainingThoughTheLossIsOne(int broken) {
    TrainingState state = train(broken, 0.5, Float.NaN);

    assertEndsWithTheFirstEpoch(state);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void aLossThatIsNoNumberEndsTheTraining(double loss) {
    TrainingState state = train(8, loss, 0.1f);

    assertEndsWithTheFirstEpoch(state);
  }

  @Test
  void aTrainingThatBreaksInItsFirstEpochHasNoUsableAdapter() {
    TrainingState state = train(4, 0.5, Float.NEGATIVE_INFINITY);

    assertThat(state.diverged).isTrue();
    assertThat(state.bestEpoch).isZero();
    assertThat(state.curve).isEmpty();
    assertThat(devChecks).hasValue(0);
    assertThat(allFinite(state.parameters)).isTrue();
  }

  @Test
  void anAdapterTellsWhatBecameOfItsTraining() {
    try (LoraParameters parameters = new LoraParameters(config, PLAN)) {
      var adapter = parameters.adapter(parameters.copy(), "tiny");
      TrainingResult kept = new TrainingResult(adapter, List.of(), 1, 1, 3, true, 1);
      TrainingResult nothing = new TrainingResult(adapter, List.of(), 1, 1, 0, true, 1);
      TrainingResult whole = new TrainingResult(adapter, List.of(), 1, 1, 3, false, 1);

      assertThat(kept.usable()).isTrue();
      assertThat(kept.divergence().orElseThrow()).contains("diverged", "epoch 3");
      assertThat(nothing.usable()).isFalse();
      assertThat(nothing.divergence().orElseThrow()).contains("no adapter");
      assertThat(whole.divergence()).isEmpty();
    }
  }

  private void assertEndsWithTheFirstEpoch(TrainingState state) {
    assertThat(state.diverged).isTrue();
    assertThat(state.bestEpoch).isEqualTo(1);
    assertThat(state.curve).hasSize(1);
    assertThat(devChecks).hasValue(1);
    assertThat(saves.get()).isPositive();
    for (float[] values : List.of(state.parameters, state.best, state.first, state.second)) {
      assertThat(allFinite(values)).isTrue();
    }
  }

  /** Trains on invented gradients; step {@code broken}, counted from 1, has these numbers. */
  private TrainingState train(int broken, double loss, float gradient) {
    List<EncodedExample> examples =
        IntStream.range(0, STEPS_PER_EPOCH * PLAN.batch())
            .mapToObj(i -> new EncodedExample(List.of(1, 2 + i), List.of(3)))
            .toList();
    try (LoraParameters parameters = new LoraParameters(config, PLAN)) {
      TrainingState state = new TrainingState(parameters.size());
      TrainingRun run = new TrainingRun(PLAN, examples, parameters, state);
      run.go(
          (batch, index, own, gradients) -> {
            boolean breaks = steps.incrementAndGet() == broken;
            Arrays.fill(gradients, 0.1f);
            gradients[gradients.length / 2] = breaks ? gradient : 0.1f;
            return new Objective.Value(breaks ? loss : 0.5, batch.size());
          },
          values -> {
            assertThat(allFinite(values)).isTrue();
            return 1 - 1.0 / devChecks.incrementAndGet();
          },
          saves::incrementAndGet,
          Progress.SILENT);
      assertThat(steps).hasValue(broken);
      assertThat(run.finished()).isTrue();
      return state;
    }
  }

  private static boolean allFinite(float[] values) {
    return IntStream.range(0, values.length).allMatch(i -> Float.isFinite(values[i]));
  }
}
