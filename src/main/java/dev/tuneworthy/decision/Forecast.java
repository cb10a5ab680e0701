package dev.tuneworthy.decision;

import java.util.List;

/**
 * What each rung of a decision will take, before anything of it is done.
 *
 * @param rungs in the order of the ladder
 * @param all of them together
 * @param calibrated whether the speed of this machine was measured for this forecast; else it was
 *     known
 * @param notes what the figures rest on, in sentences
 */
public record Forecast(List<Rung> rungs, Rung all, boolean calibrated, List<String> notes) {
  public Forecast {
    rungs = List.copyOf(rungs);
    notes = List.copyOf(notes);
  }

  /**
   * What one rung takes.
   *
   * @param money in USD as a decimal string, or {@code unknown}
   * @param atMost if everything that may be needed is
   * @param peakBytes most memory of the process until the rung's end; 0 where that is not known
   */
  public record Rung(
      String rung, long tokens, double seconds, String money, Most atMost, long peakBytes) {}

  /** The same in the worst case. */
  public record Most(long tokens, double seconds, String money) {}

  /** The forecast of one rung. */
  public Rung rung(String name) {
    return rungs.stream().filter(rung -> rung.rung().equals(name)).findFirst().orElseThrow();
  }
}
