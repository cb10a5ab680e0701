package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.retention.RetentionSample.Asked;
import dev.tuneworthy.stats.DropEProcess;

/**
 * Looks at a checkpoint of a training with as few items as will do: by likelihood, which is cheap
 * and measures what the model knows, {@value #FIRST} items at first and more only while they speak
 * for a drop. The evidence is an e-process, which may be looked at after every part; with K
 * checkpoints it takes K/α (Waudby-Smith and Ramdas 2024). Since a small drop that is shown would
 * be no reason to stop, the observed drop must be {@value #CLEAR_DROP} as well.
 */
public final class DestructionWatch {
  static final int FIRST = 24;
  static final double LEVEL = 0.05;
  static final double CLEAR_DROP = 0.10;

  private final RetentionSample sample;

  public DestructionWatch(RetentionSample sample) {
    this.sample = sample;
  }

  /**
   * What was seen.
   *
   * @param logEvidence natural logarithm of E
   * @param destroyed whether a drop is shown and clear
   */
  public record Sight(Tally tally, double logEvidence, boolean destroyed) {}

  /**
   * Asks part after part.
   *
   * @param checkpoints how many checkpoints are watched in all
   */
  public Sight look(Asked base, Asked tuned, int checkpoints, Progress progress) {
    int size = sample.size(AnswerMode.CHOOSE);
    Tally seen = Tally.NONE;
    Sight sight = new Sight(seen, 0, false);
    for (int from = 0; from < size; from += FIRST) {
      int to = Math.min(size, from + FIRST);
      seen = seen.plus(sample.compare(AnswerMode.CHOOSE, from, to, base, tuned, progress));
      double evidence = DropEProcess.logEvidence(seen.counts());
      boolean shown = DropEProcess.shown(seen.counts(), LEVEL, Math.max(1, checkpoints));
      sight = new Sight(seen, evidence, shown && seen.drop() >= CLEAR_DROP);
      if (sight.destroyed() || evidence <= 0) {
        break;
      }
    }
    return sight;
  }
}
