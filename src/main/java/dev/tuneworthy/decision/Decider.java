package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Progress;
import java.nio.file.Path;

/** Decides a task by measurement. */
@FunctionalInterface
public interface Decider {
  /**
   * Climbs the ladder and writes the decision folder. Called again on the folder of an interrupted
   * decision it goes on where that one was, without doing finished work again.
   *
   * @param folder the decision folder; made if missing
   * @param progress told about the work; whatever it throws ends the decision, nothing finished is
   *     lost
   */
  DecisionRecord decide(DecisionRequest request, Path folder, Progress progress);
}
