package dev.tuneworthy.cli;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.ModelListing;
import dev.tuneworthy.decision.Decider;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.Forecast;
import dev.tuneworthy.decision.GridRecorder;
import dev.tuneworthy.decision.OutcomeGrid;
import dev.tuneworthy.decision.RetentionBench;
import dev.tuneworthy.decision.TestLedger;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.retention.BaseStanding;
import dev.tuneworthy.retention.FlipFloor;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.DocumentTemplates;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.Mitigation;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What the commands work with. Everything is made when it is asked for, so that a command starts
 * nothing that it does not need.
 */
public interface Workshop {
  /** The folder with {@code policies} and {@code eval-suites}. */
  Path home();

  /** The date where this runs. */
  LocalDate today();

  Decider decider();

  /**
   * What a decision would take.
   *
   * @param anew whether the speed of this machine is measured although it is known
   */
  Forecast forecast(DecisionRequest request, boolean anew, Progress progress);

  /**
   * Opens a local model, fetching it first if need be.
   *
   * @param model name in the catalogue, or the path of a GGUF file or a Hugging Face folder
   */
  LocalModel localModel(String model, Progress progress);

  /**
   * Opens a local model's files without loading them; the caller closes it.
   *
   * @param model as for {@link #localModel}
   */
  Checkpoint checkpoint(String model, Progress progress);

  /** Opens a remote model by its configuration; makes no request. */
  Answerer remoteModel(RemoteModelSpec spec);

  BaselineSuite suite(Path folder);

  /** What is rendered where a task of lm-evaluation-harness has templates. */
  DocumentTemplates templates();

  /** Trains one adapter on <i>train</i>, chosen on <i>dev</i>, into {@code out}. */
  TuningSummary tune(Task task, String model, TuneOrder order, Path out, Progress progress);

  /**
   * How to train; what is empty is chosen by the size of the task.
   *
   * @param learningRate peak of the schedule
   * @param mitigation what is done so that the model keeps what it knew
   * @param watched suites whose dev items are asked at each checkpoint, so that a training which
   *     destroys the model stops
   */
  record TuneOrder(
      long seed,
      boolean quick,
      OptionalDouble learningRate,
      OptionalInt rank,
      Mitigation mitigation,
      List<BaselineSuite> watched) {
    public TuneOrder {
      watched = List.copyOf(watched);
    }
  }

  /**
   * An adapter to compare with the base model.
   *
   * @param scale share of what it does: above 0, 1 as it was trained
   */
  record ScaledAdapter(Path folder, double scale) {}

  /**
   * Compares the base model with itself under an adapter, item by item.
   *
   * @param floor whether the flip floor is measured too
   */
  RetentionSummary retention(
      String model,
      ScaledAdapter adapter,
      List<BaselineSuite> suites,
      Optional<String> prose,
      boolean floor,
      Progress progress);

  /**
   * Compares the base model with another checkpoint, or with itself, item by item.
   *
   * @param precision of the other one's weights; as the base model's if empty
   */
  RetentionSummary retentionOf(
      String model,
      String tuned,
      Optional<String> precision,
      List<BaselineSuite> suites,
      Progress progress);

  /** Compares two remote models by their free answers, item by item. */
  RetentionSummary retentionOfRemote(
      RemoteModelSpec base, RemoteModelSpec tuned, List<BaselineSuite> suites, Progress progress);

  /** How the base model stands on the dev and test items of a suite, in both modes. */
  List<BaseStanding> standing(String model, BaselineSuite suite, Progress progress);

  /**
   * Measures the engine; made-up tokens, nothing is kept.
   *
   * @param rows told each figure as soon as it is measured
   */
  void bench(String model, BenchPart part, Consumer<Speed> rows, Progress progress);

  /** Every means against forgetting on some tasks; trainings and answers go into {@code out}. */
  List<RetentionBench.Row> benchRetention(
      String model, RetentionBench.Settings settings, Path out, Progress progress);

  /** Records every candidate on every item of a task; trainings and answers go into {@code out}. */
  OutcomeGrid recordGrid(
      String model, Task task, GridRecorder.Settings settings, Path out, Progress progress);

  /** Where looks at test data are written down. */
  TestLedger testLedger();

  DecisionFolders folders();

  List<ModelListing> models();

  /** Fetches and verifies a model; returns where it lies. */
  Path pull(String model, Progress progress);

  /** Runs the service until it is told to end; returns its exit code. */
  int serve(String host, int port);

  /** What of the engine is measured; all is prompting and training. */
  enum BenchPart {
    ALL,
    PROMPTING,
    TRAINING,
    MITIGATION
  }

  /**
   * One figure of the engine's speed.
   *
   * @param precision of the products with frozen weights
   * @param gigaflops 10⁹ operations a second that it comes to; 0 where that says nothing
   * @param peakGigabytes the most memory that the process has held so far
   */
  record Speed(
      String what,
      String precision,
      double value,
      String unit,
      double gigaflops,
      double peakGigabytes) {}

  /**
   * What a training left.
   *
   * @param id of the candidate, as {@code lora(r=8)}
   * @param devQuality on the dev split, 0 to 1
   * @param divergence what is to be said of a training that diverged
   * @param stopped why it was stopped before its time, if it was
   */
  record TuningSummary(
      String id,
      Path adapter,
      String metric,
      double devQuality,
      int steps,
      long tokens,
      Optional<String> divergence,
      Optional<String> stopped) {}

  /**
   * What a retention check found.
   *
   * @param notes sentences for readers: what was left out, which losses are of form alone
   * @param bitsBefore bits a byte of neutral prose under the base model, where there is prose
   * @param bitsAfter the same under the tuned one
   * @param divergence mean KL(base ‖ tuned) in nats a token at the base model's own answers to
   *     general prompts; empty where that is not to be had
   * @param floor how many items flip where nothing should, if that was asked
   */
  record RetentionSummary(
      DecisionRecord.RetentionPart part,
      List<String> notes,
      Optional<Double> bitsBefore,
      Optional<Double> bitsAfter,
      OptionalDouble divergence,
      Optional<FlipFloor> floor) {
    public RetentionSummary {
      notes = List.copyOf(notes);
    }

    /** What answers alone tell. */
    public static RetentionSummary ofAnswers(
        DecisionRecord.RetentionPart part, List<String> notes) {
      return new RetentionSummary(
          part,
          notes,
          Optional.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          Optional.empty());
    }
  }
}
