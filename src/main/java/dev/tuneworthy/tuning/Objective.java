package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.Decoder;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.Weights;
import dev.tuneworthy.tuning.Mitigation.KlInputs;
import dev.tuneworthy.tuning.Mitigation.KlToBase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What a step minimises: the task's loss and whatever the plan adds so that the model keeps what it
 * knew. A step's general examples do not have the task's prefix, so they form a batch of their own
 * behind the task's. What is replayed is learned like the task: the loss is the mean over all
 * completion tokens of the step, so that a long answer weighs as much as it would in one batch with
 * the task's short ones. Owned by the training.
 */
final class Objective implements AutoCloseable {
  /** General examples that are drawn one after the other in the order of their lengths. */
  private static final int NEIGHBOURS = 16;

  private final TuningPlan plan;
  private final int sharedPrefix;
  private final TrainingStep step;
  private final List<EncodedExample> general;
  private final int generalPrefix;
  private final Optional<BaseTargets> targets;
  private final Optional<Weights> fisher;
  private final Optional<WeightConsolidation> consolidation;

  /**
   * The value of a step.
   *
   * @param loss the task's, in nats a completion token, and what is added to it
   * @param tokens that the step trained on
   */
  record Value(double loss, long tokens) {}

  private Objective(
      TuningPlan plan,
      int sharedPrefix,
      LocalModel model,
      List<EncodedExample> general,
      Optional<Weights> fisher) {
    this.plan = plan;
    this.sharedPrefix = sharedPrefix;
    this.general = general;
    generalPrefix = general.isEmpty() ? 0 : TrainingRun.sharedPrefix(general);
    this.fisher = fisher;
    Decoder decoder = model.text().decoder();
    Mitigation mitigation = plan.mitigation();
    step =
        new TrainingStep(
            decoder,
            model.trainingPrecision(),
            plan.firstLayer(),
            mitigation.usesGeneralPrompts() ? 2 : 1,
            mitigation.kl().isPresent());
    targets = mitigation.kl().map(kl -> new BaseTargets(decoder, model.trainingPrecision()));
    consolidation =
        fisher.map(
            weights ->
                new WeightConsolidation(
                    decoder.config(),
                    plan.firstLayer(),
                    weights,
                    scale(),
                    mitigation.consolidation().orElseThrow().strength(),
                    decoder.device()));
  }

  /**
   * Makes ready what the plan needs: the base model's answers and its Fisher information, if they
   * are not there yet.
   *
   * @throws ServiceException {@code BAD_USAGE} if the plan needs general prompts and there are none
   */
  static Objective of(
      TuningPlan plan,
      int sharedPrefix,
      LocalModel model,
      Optional<GeneralPrompts> prompts,
      Progress progress) {
    List<EncodedExample> general = List.of();
    Optional<Weights> fisher = Optional.empty();
    if (plan.mitigation().usesGeneralPrompts()) {
      GeneralPrompts pool = needed(plan, prompts);
      general = new GeneralAnswers(model, pool.cache()).greedy(pool.replayed(), progress);
    }
    if (plan.mitigation().consolidation().isPresent()) {
      fisher = Optional.of(new FisherInformation(model, needed(plan, prompts)).load(progress));
    }
    return new Objective(plan, sharedPrefix, model, shuffled(general, plan.seed()), fisher);
  }

  private static GeneralPrompts needed(TuningPlan plan, Optional<GeneralPrompts> prompts) {
    return prompts.orElseThrow(
        () ->
            ServiceException.of(
                ErrorCode.BAD_USAGE,
                "training " + plan.id(),
                "general prompts, which the plan replays or weighs the weights by",
                "none",
                "Give some, or leave " + plan.mitigation().suffix().substring(1) + " out."));
  }

  /** In an order of the seed, but neighbours alike in length, so that a step pads little. */
  private static List<EncodedExample> shuffled(List<EncodedExample> examples, long seed) {
    List<EncodedExample> order = new ArrayList<>(examples);
    Collections.shuffle(order, new Random(seed));
    for (int from = 0; from < order.size(); from += NEIGHBOURS) {
      order
          .subList(from, Math.min(from + NEIGHBOURS, order.size()))
          .sort(Comparator.comparingInt(EncodedExample::length));
    }
    return order;
  }

  /**
   * Loss and gradients of one step. What it computes depends on the arguments alone, so that a
   * training that was interrupted goes on as if it had not been.
   *
   * @param index of the step, counted from 0
   * @param gradients filled, in the order of the parameters' block
   */
  Value gradients(
      List<EncodedExample> batch, int index, LoraParameters parameters, float[] gradients) {
    List<EncodedExample> replayed = generalOf(index);
    double own = taskShare(batch, replayed);
    List<TrainingBatch> batches = new ArrayList<>();
    batches.add(new TrainingBatch(batch, sharedPrefix, own));
    if (plan.mitigation().usesGeneralPrompts()) {
      batches.add(general(replayed, 1 - own));
    }
    double loss = step.run(batches, held(batches, replayed, own), parameters, scale(), gradients);
    if (consolidation.isPresent()) {
      loss += consolidation.get().add(parameters, gradients);
    }
    return new Value(loss, tokens(batch) + tokens(replayed));
  }

  /** The share of the step's completion tokens that are the task's; all where none is replayed. */
  private double taskShare(List<EncodedExample> batch, List<EncodedExample> general) {
    double own = completionTokens(batch);
    return plan.mitigation().replay().isPresent() ? own / (own + completionTokens(general)) : 1;
  }

  private static long completionTokens(List<EncodedExample> examples) {
    return examples.stream().mapToLong(example -> example.completion().size()).sum();
  }

  /**
   * The general examples of a step: as many as bring the share of all examples so far to the
   * plan's, one after the other from a shuffled pool that starts again at its end.
   */
  List<EncodedExample> generalOf(int index) {
    double share = plan.mitigation().generalShare();
    if (share == 0) {
      return List.of();
    }
    double each = plan.batch() * share / (1 - share);
    int from = (int) Math.floor(index * each);
    int to = (int) Math.floor((index + 1) * each);
    List<EncodedExample> drawn = new ArrayList<>();
    for (int i = from; i < to; i++) {
      drawn.add(general.get(i % general.size()));
    }
    return drawn;
  }

  private TrainingBatch general(List<EncodedExample> examples, double share) {
    if (examples.isEmpty()) {
      return TrainingBatch.nothing();
    }
    return plan.mitigation().replay().isPresent()
        ? new TrainingBatch(examples, generalPrefix, share)
        : TrainingBatch.held(examples, generalPrefix);
  }

  /** The feeds of the KL term; none where the plan has no such term. */
  private Map<String, NativeTensor> held(
      List<TrainingBatch> batches, List<EncodedExample> replayed, double own) {
    if (targets.isEmpty()) {
      return Map.of();
    }
    KlToBase kl = plan.mitigation().kl().orElseThrow();
    TrainingBatch task = batches.get(0);
    if (kl.inputs() == KlInputs.TASK) {
      return targets.get().feeds(task, 0, kl.weight() * own);
    }
    return replayed.isEmpty()
        ? targets.get().nothing()
        : targets.get().feeds(batches.get(1), task.labels(), kl.weight());
  }

  private double scale() {
    return plan.alpha() / plan.rank();
  }

  private static long tokens(List<EncodedExample> examples) {
    return examples.stream().mapToLong(EncodedExample::length).sum();
  }

  @Override
  public void close() {
    consolidation.ifPresent(WeightConsolidation::close);
    fisher.ifPresent(Weights::close);
    targets.ifPresent(BaseTargets::close);
    step.close();
  }
}
