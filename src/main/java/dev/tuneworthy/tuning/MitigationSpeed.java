package dev.tuneworthy.tuning;

import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.tuning.Mitigation.KlInputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the means against forgetting add to a training step on this machine. Their steps take turns,
 * so that all of them meet the same moods of the machine. The task's examples are made up; the
 * general prompts and the base model's answers to them are real, for their lengths matter.
 */
public final class MitigationSpeed {
  private static final int WARM_UP = 2;

  private MitigationSpeed() {}

  /**
   * The steps of one plan.
   *
   * @param means what the plan does so that the model keeps what it knew; empty for plain training
   * @param seconds of each step, in order, without the first few
   */
  public record Steps(String means, List<Double> seconds) {
    public Steps {
      seconds = List.copyOf(seconds);
    }
  }

  /** The means whose cost is measured: one of each kind, as strong as they are tried. */
  private static List<Mitigation> means() {
    return List.of(
        Mitigation.NONE,
        Mitigation.replaying(0.10),
        Mitigation.heldToBase(4, KlInputs.GENERAL),
        Mitigation.consolidated(100));
  }

  /**
   * Measures them, after the base model's answers and its Fisher information have been made, if
   * they are not there yet.
   *
   * @param steps of each
   * @param progress told after each round of steps
   * @return those of the plain plan first
   */
  public static List<Steps> measure(
      LocalModel model,
      GeneralPrompts general,
      TrainingSpeed.Shape shape,
      int steps,
      Progress progress) {
    TuningPlan plain =
        new TuningPlan(shape.rank(), 2.0 * shape.rank(), 1e-4, 1, shape.batch(), 0, 1, 1, 1);
    Map<Mitigation, Objective> objectives = new LinkedHashMap<>();
    Map<Mitigation, List<Double>> seconds = new LinkedHashMap<>();
    try (LoraParameters parameters = new LoraParameters(model.text().config(), plain)) {
      for (Mitigation means : means()) {
        TuningPlan plan = plain.with(means);
        objectives.put(
            means, Objective.of(plan, shape.prefix(), model, Optional.of(general), progress));
        seconds.put(means, new ArrayList<>());
      }
      AdamW optimiser = new AdamW(parameters.size());
      float[] gradients = new float[parameters.size()];
      int done = 0;
      for (int i = 0; i < WARM_UP + steps; i++) {
        List<EncodedExample> batch = TrainingSpeed.examples(model, shape, i);
        for (Mitigation means : means()) {
          long start = System.nanoTime();
          objectives.get(means).gradients(batch, i, parameters, gradients);
          optimiser.update(parameters.block(), gradients, ++done, 1e-4, plain.clipNorm());
          if (i >= WARM_UP) {
            seconds.get(means).add((System.nanoTime() - start) / 1e9);
          }
        }
        progress.report(
            new Progress.Step("bench", "steps of each means", i + 1, WARM_UP + steps, 0));
      }
    } finally {
      objectives.values().forEach(Objective::close);
    }
    return seconds.entrySet().stream()
        .map(of -> new Steps(of.getKey().suffix(), of.getValue()))
        .toList();
  }
}
