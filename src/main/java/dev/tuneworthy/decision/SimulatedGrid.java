package dev.tuneworthy.decision;

import dev.tuneworthy.decision.OutcomeGrid.Column;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.evaluation.Approach;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Grids of a ladder at its usual size: zero-shot, four demonstration sets in each of three numbers,
 * five sets in two orders of the number that is best, and two adapters. Sets and seeds spread
 * around the quality of their approach; tokens are those of a short question with short answers.
 */
final class SimulatedGrid {
  private static final int[] SHOTS = {4, 8, 15};
  private static final int SETS = 4;
  private static final int MORE = 8;
  private static final int ADAPTERS = 2;
  private static final double SPREAD = 0.02;

  /** Of the instruction with a question and its answer; of a demonstration. */
  private static final double TOKENS = 60;

  private static final double SHOT_TOKENS = 30;

  /** 200 examples, three times. */
  private static final long TRAINED = 36_000;

  private SimulatedGrid() {}

  static OutcomeGrid draw(Random random) {
    int test = SimulatedTasks.size(random);
    int dev = 50 + random.nextInt(100);
    double worthwhile = test >= 300 ? 0.05 : 0.07;
    double zero = 0.3 + 0.65 * random.nextDouble();
    double shots = SimulatedTasks.bounded(zero + SimulatedTasks.gain(worthwhile, random));
    double tuned =
        SimulatedTasks.bounded(Math.max(zero, shots) + SimulatedTasks.gain(worthwhile, random));
    List<Kind> kinds = kinds(zero, shots, tuned, random);
    double[] truth = kinds.stream().mapToDouble(Kind::quality).toArray();
    SimulatedItems items = SimulatedTasks.items(random);
    SimulatedItems.Drawn onDev = items.draw(truth, dev, random);
    SimulatedItems.Drawn onTest = items.draw(truth, test, random);
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < truth.length; c++) {
      Kind kind = kinds.get(c);
      columns.add(
          new Column(
              kind.id,
              kind.approach,
              kind.id,
              kind.tokens,
              kind.approach.tuned() ? TRAINED : 0,
              marks(onDev.right()[c]),
              marks(onTest.right()[c])));
    }
    boolean alone = items.meanSize() == 1;
    return new OutcomeGrid(
        "simulated",
        "",
        "",
        alone ? List.of() : onDev.clusters(),
        alone ? List.of() : onTest.clusters(),
        columns);
  }

  private record Kind(String id, Approach approach, double quality, double tokens) {}

  private static List<Kind> kinds(double zero, double shots, double tuned, Random random) {
    List<Kind> kinds = new ArrayList<>();
    kinds.add(new Kind("zero-shot", Approach.ZERO_SHOT, zero, TOKENS));
    int leader = SHOTS[random.nextInt(SHOTS.length)];
    for (int k : SHOTS) {
      for (int set = 0; set < SETS + (k == leader ? MORE : 0); set++) {
        String id = "few-shot(k=%d,seed=%d)".formatted(k, set);
        kinds.add(new Kind(id, Approach.FEW_SHOT, near(shots, random), TOKENS + k * SHOT_TOKENS));
      }
    }
    for (int seed = 1; seed <= ADAPTERS; seed++) {
      kinds.add(new Kind("lora(seed=" + seed + ")", Approach.LORA, near(tuned, random), TOKENS));
    }
    return kinds;
  }

  private static double near(double mean, Random random) {
    return SimulatedTasks.bounded(mean + SPREAD * random.nextGaussian());
  }

  private static List<Mark> marks(boolean[] right) {
    List<Mark> marks = new ArrayList<>(right.length);
    for (boolean one : right) {
      marks.add(one ? Mark.RIGHT : Mark.WRONG);
    }
    return marks;
  }
}
