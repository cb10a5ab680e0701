package dev.tuneworthy.decision;

import java.util.List;

/**
 * How fast one machine works with one model: what a forecast is calibrated by. All in seconds but
 * for the memory. Valid for that machine, model, precision and number of threads alone; see {@link
 * SpeedStore}.
 *
 * @param pass of a run through the model whatever its size
 * @param row of a token that goes through the blocks
 * @param attended of a pair of a row and a token that it sees
 * @param head of weighing the vocabulary for a row
 * @param text of a token that is rendered and tokenized
 * @param tuned how much longer the same takes with an adapter, at least 1
 * @param opening of getting an adapter ready to be asked
 * @param training of setting a training up
 * @param step of a training step whatever its size
 * @param trainedRow of a token that goes through a training step
 * @param promptingBytes most memory of the process while it prompts; 0 where the system does not
 *     say
 * @param trainingBytes the same once it has trained
 */
public record MachineSpeed(
    double pass,
    double row,
    double attended,
    double head,
    double text,
    double tuned,
    double opening,
    double training,
    double step,
    double trainedRow,
    long promptingBytes,
    long trainingBytes) {
  private static final int SWEEPS = 20_000;
  private static final int QUANTITIES = 5;

  public MachineSpeed {
    for (double value :
        new double[] {
          pass, row, attended, head, text, tuned, opening, training, step, trainedRow
        }) {
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("a speed is 0 or more seconds, not " + value);
      }
    }
  }

  /** Work and how long it took. */
  record Timed(Work work, double seconds) {}

  /** Seconds of work of the model as it is. */
  double seconds(Work work) {
    return pass * work.passes()
        + row * work.rows()
        + attended * work.attended()
        + head * work.heads()
        + text * work.text();
  }

  /** Seconds of the same work with an adapter. */
  double tunedSeconds(Work work) {
    return tuned * seconds(work);
  }

  /**
   * Seconds of training.
   *
   * @param steps how many
   * @param rows tokens that go through one of them, padding included
   */
  double trainingSeconds(double steps, double rows) {
    return steps * (step + trainedRow * rows);
  }

  /**
   * Seconds of a unit of each quantity of {@link Work}, in the order of its components, that fit
   * what was measured best: least squares of the relative errors under the condition that none is
   * negative, by coordinate descent (Lawson and Hanson 1974 state the problem).
   */
  static double[] fit(List<Timed> measured) {
    double[][] shares = new double[measured.size()][];
    double[] left = new double[measured.size()];
    for (int i = 0; i < shares.length; i++) {
      Work work = measured.get(i).work();
      double seconds = measured.get(i).seconds();
      shares[i] =
          new double[] {
            work.passes() / seconds,
            work.rows() / seconds,
            work.attended() / seconds,
            work.heads() / seconds,
            work.text() / seconds
          };
      left[i] = 1;
    }
    double[] units = new double[QUANTITIES];
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int j = 0; j < QUANTITIES; j++) {
        improve(units, j, shares, left);
      }
    }
    return units;
  }

  private static void improve(double[] units, int j, double[][] shares, double[] left) {
    double slope = 0;
    double square = 0;
    for (int i = 0; i < left.length; i++) {
      slope += shares[i][j] * left[i];
      square += shares[i][j] * shares[i][j];
    }
    if (square == 0) {
      return;
    }
    double better = Math.max(0, units[j] + slope / square);
    for (int i = 0; i < left.length; i++) {
      left[i] -= shares[i][j] * (better - units[j]);
    }
    units[j] = better;
  }
}
