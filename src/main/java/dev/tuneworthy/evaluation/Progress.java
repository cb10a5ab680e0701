package dev.tuneworthy.evaluation;

/** Told about long work as it goes; may throw {@code CANCELLED} to end it. */
@FunctionalInterface
public interface Progress {
  Progress SILENT = step -> {};

  /** Called a few times a second at most by the worker's own thread. */
  void report(Step step);

  /**
   * Where the work stands.
   *
   * @param rung of the ladder: {@code check}, {@code prompt}, {@code tune}, {@code retention}, ...
   * @param what the candidate or phase
   * @param done items or steps finished
   * @param total items or steps in all
   * @param tokens spent on this piece of work so far
   */
  record Step(String rung, String what, int done, int total, long tokens) {}
}
