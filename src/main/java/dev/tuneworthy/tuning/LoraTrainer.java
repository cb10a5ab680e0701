package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.task.ContentHash;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Trains a LoRA on a task's train split and keeps the epoch that does best on dev. The state is on
 * disk every quarter epoch: a training that is called again on its folder goes on from there and
 * ends with the same bytes as one that was never interrupted.
 */
public final class LoraTrainer {
  private static final String STATE_FILE = "state.bin";

  /** Training examples at which the divergence from the base model is measured. */
  private static final int DIVERGENCE_EXAMPLES = 8;

  private final LocalModel model;
  private final Optional<GeneralPrompts> general;

  /** For plans that need no general prompts. */
  public LoraTrainer(LocalModel model) {
    this(model, Optional.empty());
  }

  /**
   * @param general what is replayed, and what weights are weighed by
   */
  public LoraTrainer(LocalModel model, Optional<GeneralPrompts> general) {
    this.model = model;
    this.general = general;
  }

  /**
   * Trains, or goes on training.
   *
   * @param folder the training's own; a finished training in it is returned at once
   * @param dev asked at the end of each epoch; its probe at each checkpoint
   * @param progress told after each step; what it throws ends the training, to be gone on with
   *     later
   * @throws ServiceException {@code PROMPT_TOO_LONG} if an example does not fit the context, {@code
   *     BAD_USAGE} if the plan needs general prompts and there are none
   */
  public TrainingResult train(
      Task task, TuningPlan plan, Path folder, DevCheck dev, Progress progress) {
    checkLayers(plan);
    List<EncodedExample> examples = encode(task);
    String key = key(task, plan);
    try (LoraParameters parameters = new LoraParameters(model.text().config(), plan)) {
      Path file = folder.resolve(STATE_FILE);
      TrainingState state =
          TrainingState.read(file, key, parameters.size()).orElseGet(() -> fresh(parameters));
      TrainingRun run = new TrainingRun(plan, examples, parameters, state);
      if (!run.finished()) {
        int prefix = TrainingRun.sharedPrefix(examples);
        try (Objective objective = Objective.of(plan, prefix, model, general, progress)) {
          run.go(
              objective::gradients,
              watch(parameters, dev, new ForwardDivergence(model.text(), some(examples), prefix)),
              () -> state.write(file, key),
              progress);
        }
      }
      return result(parameters, state, examples.size());
    }
  }

  private void checkLayers(TuningPlan plan) {
    int layers = model.text().config().layers();
    if (plan.firstLayer() >= layers) {
      throw new IllegalArgumentException(
          "the first adapted layer is below " + layers + ", not " + plan.firstLayer());
    }
  }

  private String key(Task task, TuningPlan plan) {
    String prompts =
        general
            .filter(g -> !plan.mitigation().equals(Mitigation.NONE))
            .map(g -> new ContentHash().add(String.join("\u0000", g.chats())).hex())
            .orElse("");
    return String.join(
        "|",
        "v5",
        model.ref().key(),
        model.trainingPrecision().label(),
        task.sha256(),
        plan.toString(),
        prompts);
  }

  private TrainingRun.Watch watch(
      LoraParameters parameters, DevCheck dev, ForwardDivergence divergence) {
    return new TrainingRun.Watch() {
      @Override
      public double quality(float[] values) {
        return dev.quality(adapter(parameters, values));
      }

      @Override
      public Optional<TrainingResult.ProbePoint> probe(float[] values, int step, int checkpoints) {
        return dev.probe()
            .map(
                probe -> {
                  PeftAdapter adapter = adapter(parameters, values);
                  return new TrainingResult.ProbePoint(
                      step, divergence.of(adapter), probe.read(adapter, checkpoints));
                });
      }
    };
  }

  private static List<EncodedExample> some(List<EncodedExample> examples) {
    return examples.subList(0, Math.min(DIVERGENCE_EXAMPLES, examples.size()));
  }

  private static TrainingState fresh(LoraParameters parameters) {
    TrainingState state = new TrainingState(parameters.size());
    System.arraycopy(parameters.copy(), 0, state.parameters, 0, parameters.size());
    System.arraycopy(parameters.copy(), 0, state.best, 0, parameters.size());
    return state;
  }

  private List<EncodedExample> encode(Task task) {
    ModelConfig config = model.text().config();
    List<EncodedExample> examples =
        task.split(Split.TRAIN).stream()
            .map(example -> EncodedExample.of(task, example, model.text()))
            .toList();
    if (examples.isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          "task " + task.name(),
          "examples in split train",
          "none",
          "Add some, or leave tuning out.");
    }
    for (int i = 0; i < examples.size(); i++) {
      if (examples.get(i).length() > config.contextLength()) {
        throw ServiceException.of(
            ErrorCode.PROMPT_TOO_LONG,
            "train example " + task.split(Split.TRAIN).get(i).id(),
            "at most " + config.contextLength() + " tokens of prompt and answer",
            examples.get(i).length() + " tokens",
            "Shorten it, or take a model with a longer context.");
      }
    }
    return examples;
  }

  private PeftAdapter adapter(LoraParameters parameters, float[] values) {
    return parameters.adapter(values, model.ref().id());
  }

  private TrainingResult result(LoraParameters parameters, TrainingState state, int examples) {
    double seen = state.curve.isEmpty() ? 0 : (double) examples * state.curve.size();
    return new TrainingResult(
        adapter(parameters, state.best),
        state.curve,
        state.trainedTokens,
        state.seconds,
        state.bestEpoch,
        state.diverged,
        state.seconds > 0 ? seen / state.seconds : 0,
        state.probes,
        Optional.of(state.stopped).filter(reason -> !reason.isEmpty()));
  }
}
