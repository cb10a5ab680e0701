package dev.tuneworthy.tuning;

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
    long seed) {
  public TuningPlan {
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

  /**
   * The plan for a task of a size: rank 16 above 1,000 examples, else 8; more epochs where there
   * are few examples.
   */
  public static TuningPlan standard(int trainExamples, long seed, boolean quick) {
    int rank = trainExamples > 1000 ? 16 : 8;
    int epochs = trainExamples < 200 ? 8 : 3;
    return new TuningPlan(
        rank, 2.0 * rank, 1e-3, quick ? Math.min(epochs, 4) : epochs, 8, 0.05, 1.0, 2, seed);
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
