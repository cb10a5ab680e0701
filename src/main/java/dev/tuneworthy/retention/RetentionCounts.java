package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import java.util.List;

/**
 * A retention measurement without its texts: all that {@link RetentionRule} needs to judge it anew
 * under other limits.
 */
public record RetentionCounts(List<Mode> modes) {
  public RetentionCounts {
    modes = List.copyOf(modes);
  }

  /**
   * One mode.
   *
   * @param effect of template families on the drop over the test items of all capabilities that
   *     count
   * @param unanswered items that one of the two models did not answer
   */
  public record Mode(
      AnswerMode mode, List<CapabilityTally> capabilities, double effect, int unanswered) {
    public Mode {
      capabilities = List.copyOf(capabilities);
    }
  }
}
