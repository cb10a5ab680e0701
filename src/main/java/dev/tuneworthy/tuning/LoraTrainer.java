package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains a LoRA on a task's train split and keeps the epoch that does best on dev. The state is on
 * disk every quarter epoch: a training that is called again on its folder goes on from there and
 * ends with the same bytes as one that was never interrupted.
 */
public final class LoraTrainer {
  private static final String STATE_FILE = "state.bin";

  private final LocalModel model;

  public LoraTrainer(LocalModel model) {
    this.model = model;
  }

  /**
   * Trains, or goes on training.
   *
   * @param folder the training's own; a finished training in it is returned at once
   * @param dev asked at the end of each epoch
   * @param progress told after each step; what it throws ends the training, to be gone on with
   *     later
   * @throws ServiceException {@code PROMPT_TOO_LONG} if an example does not fit the context
   */
  public TrainingResult train(
      Task task, TuningPlan plan, Path folder, DevCheck dev, Progress progress) {
    List<EncodedExample> examples = encode(task);
    String key = String.join("|", "v1", model.ref().sha256(), task.sha256(), plan.toString());
    try (LoraParameters parameters = new LoraParameters(model.text().config(), plan)) {
      Path file = folder.resolve(STATE_FILE);
      TrainingState state =
          TrainingState.read(file, key, parameters.size()).orElseGet(() -> fresh(parameters));
      TrainingRun run = new TrainingRun(plan, examples, parameters, state);
      if (!run.finished()) {
        try (TrainingStep step = new TrainingStep(model.text().decoder())) {
          run.go(
              step::run,
              values -> dev.quality(adapter(parameters, values)),
              () -> state.write(file, key),
              progress);
        }
      }
      return result(parameters, state, examples.size());
    }
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
        state.seconds > 0 ? seen / state.seconds : 0);
  }
}
