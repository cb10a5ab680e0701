package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.retention.DataDistance;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.ForwardDivergence;
import dev.tuneworthy.tuning.GeneralPrompts;
import dev.tuneworthy.tuning.LoraTrainer;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TunedCandidate;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The real local model as a {@link Bench}; closes it. */
public final class LocalBench implements Bench {
  private final LocalModel model;
  private final Device device;
  private final Optional<GeneralPrompts> general;
  private final Optional<String> prose;

  /**
   * @param device where the model runs
   * @param general what trainings may replay; empty if there is nothing
   * @param prose neutral text; empty if there is none
   */
  public LocalBench(
      LocalModel model, Device device, Optional<GeneralPrompts> general, Optional<String> prose) {
    this.model = model;
    this.device = device;
    this.general = general;
    this.prose = prose;
  }

  @Override
  public ModelRef ref() {
    return model.ref();
  }

  @Override
  public int contextLength() {
    return model.text().config().contextLength();
  }

  @Override
  public int countTokens(String text) {
    return model.text().text(text).length();
  }

  @Override
  public int promptTokens(List<Turn> messages) {
    return model.promptTokens(messages);
  }

  @Override
  public TokenUsage promptUsage(List<Turn> messages) {
    return model.promptUsage(messages);
  }

  @Override
  public Answerer base() {
    return model.base();
  }

  @Override
  public Answerer tuned(PeftAdapter adapter) {
    return model.tuned(adapter, 1);
  }

  @Override
  public Candidate candidate(String id, PeftAdapter adapter, Task task) {
    return new TunedCandidate(id, model, adapter, 1, task);
  }

  @Override
  public TrainingResult train(
      Task task, TuningPlan plan, Path folder, DevCheck dev, Progress progress) {
    return new LoraTrainer(model, general).train(task, plan, folder, dev, progress);
  }

  @Override
  public Optional<DataDistance.Report> distance(Task task) {
    if (prose.isEmpty() || task.split(Split.TRAIN).isEmpty()) {
      return Optional.empty();
    }
    try (Answerer base = base()) {
      return Optional.of(DataDistance.measure(task, base, this::countTokens, prose.get()));
    }
  }

  @Override
  public boolean knowsGeneralPrompts() {
    return general.isPresent();
  }

  @Override
  public OptionalDouble divergence(PeftAdapter adapter, Progress progress) {
    return general.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            ForwardDivergence.onGeneral(model, general.get(), progress).of(adapter));
  }

  @Override
  public Optional<String> prose() {
    return prose;
  }

  @Override
  public int layers() {
    return model.text().config().layers();
  }

  @Override
  public MachineSpeed speed(Progress progress) {
    return new SpeedMeter(model, progress).measure();
  }

  @Override
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("provider", device.provider());
    facts.put("fallbackReason", device.fallbackReason().orElse(""));
    facts.put("threads", device.threads());
    facts.put("precision", model.ref().precision());
    facts.put("trainingPrecision", model.trainingPrecision().label());
    facts.put("onnxruntime", Device.runtimeVersion());
    return facts;
  }

  @Override
  public void close() {
    model.close();
  }
}
