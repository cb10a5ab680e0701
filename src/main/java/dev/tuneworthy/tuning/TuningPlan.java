package dev.tuneworthy.tuning;

import java.util.Objects;

/**
 * How an adapter is trained. Defaults after Hu et al. 2021 and Schulman et al. 2025: all seven
 * linear layers of every block, α = 2r, AdamW without weight decay, 5 % warm-up and linear decay.
 *
 * @param rank r
 * @param alpha α; the update is scaled by α/r
 * @param learningRate peak of the schedule
 * @param epochs most passes over the training examples
 * @param batch examples a step
 * @param warmUpShare share of all steps over which the rate rises to its peak
 * @param clipNorm largest norm of all gradients together
 * @param patience epochs without a better dev quality after which training stops
 * @param seed of initial weights and of the order of the examples
 * @param firstLayer lowest block that is adapted, counted from 0; all above it are
 * @param mitigation what is done so that the model keeps what it knew
 */
public record TuningPlan(
    int rank,
    double alpha,
    double learningRate,
    int epochs,
    int batch,
    double warmUpShare,
    double clipNorm,
    int patience,
    long seed,
    int firstLayer,
    Mitigation mitigation) {
  /** The usual peak of the schedule; a plan with another one says so in its id. */
  static final double STANDARD_RATE = 1e-3;

  public TuningPlan {
    Objects.requireNonNull(mitigation, "mitigation");
    if (firstLayer < 0) {
      throw new IllegalArgumentException("the first adapted layer is 0 or more, not " + firstLayer);
    }
    if (rank < 1 || epochs < 1 || batch < 1 || patience < 1) {
      throw new IllegalArgumentException(
          "rank, epochs, batch and patience are positive, not "
              + rank
              + ", "
              + epochs
              + ", "
              + batch
              + ", "
              + patience);
    }
    if (!(learningRate > 0 && learningRate < 1) || !(clipNorm > 0) || !(alpha > 0)) {
      throw new IllegalArgumentException(
          "learning rate 0 to 1, positive clip norm and alpha, not "
              + learningRate
              + ", "
              + clipNorm
              + ", "
              + alpha);
    }
    if (!(warmUpShare >= 0 && warmUpShare < 1)) {
      throw new IllegalArgumentException("warm-up share is 0 to 1, not " + warmUpShare);
    }
  }

  /** Plain training of every layer. */
  public TuningPlan(
      int rank,
      double alpha,
      double learningRate,
      int epochs,
      int batch,
      double warmUpShare,
      double clipNorm,
      int patience,
      long seed) {
    this(
        rank,
        alpha,
        learningRate,
        epochs,
        batch,
        warmUpShare,
        clipNorm,
        patience,
        seed,
        0,
        Mitigation.NONE);
  }

  /**
   * The plan for a task of a size: rank 16 above 1,000 examples, else 8; more epochs where there
   * are few examples.
   */
  public static TuningPlan standard(int trainExamples, long seed, boolean quick) {
    int rank = trainExamples > 1000 ? 16 : 8;
    int epochs = trainExamples < 200 ? 8 : 3;
    return new TuningPlan(
        rank,
        2.0 * rank,
        STANDARD_RATE,
        quick ? Math.min(epochs, 4) : epochs,
        8,
        0.05,
        1.0,
        2,
        seed);
  }

  /** The same plan, keeping more of what the model knew. */
  public TuningPlan with(Mitigation more) {
    return new TuningPlan(
        rank,
        alpha,
        learningRate,
        epochs,
        batch,
        warmUpShare,
        clipNorm,
        patience,
        seed,
        firstLayer,
        mitigation.and(more));
  }

  /** The same plan with smaller steps. */
  public TuningPlan atRate(double peak) {
    return new TuningPlan(
        rank,
        alpha,
        peak,
        epochs,
        batch,
        warmUpShare,
        clipNorm,
        patience,
        seed,
        firstLayer,
        mitigation);
  }

  /** The same plan with another rank; α stays twice as large. */
  public TuningPlan ofRank(int other) {
    return new TuningPlan(
        other,
        2.0 * other,
        learningRate,
        epochs,
        batch,
        warmUpShare,
        clipNorm,
        patience,
        seed,
        firstLayer,
        mitigation);
  }

  /** The same plan that leaves the blocks below a layer as they are. */
  public TuningPlan fromLayer(int layer) {
    return new TuningPlan(
        rank,
        alpha,
        learningRate,
        epochs,
        batch,
        warmUpShare,
        clipNorm,
        patience,
        seed,
        layer,
        mitigation);
  }

  /** Id of a candidate that is trained so, as {@code lora(r=8,seed=1)+replay(10%)}. */
  public String id() {
    String rate =
        Double.compare(learningRate, STANDARD_RATE) == 0
            ? ""
            : ",lr=" + Mitigation.plain(learningRate);
    String layers = firstLayer == 0 ? "" : ",from-layer=" + firstLayer;
    return "lora(r=" + rank + rate + layers + ",seed=" + seed + ")" + mitigation.suffix();
  }

  int stepsPerEpoch(int examples) {
    return (examples + batch - 1) / batch;
  }

  /** The learning rate of a step, counted from 0: warm-up, then linear decay to 0. */
  double rate(int step, int allSteps) {
    double warm = Math.max(1, allSteps * warmUpShare);
    return learningRate * Math.min(1, (step + 1) / warm) * (1 - (double) step / allSteps);
  }
}
