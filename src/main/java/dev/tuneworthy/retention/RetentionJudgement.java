package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import java.util.List;
import java.util.Optional;

/**
 * Retention held against limits. All drops are as measured; {@code appliedShare} scales them where
 * they meet a margin.
 *
 * @param observed the numbers in a line, for a table of gates
 * @param required the margins in a line
 * @param reason what decided
 */
public record RetentionJudgement(
    RetentionStatus status,
    double appliedShare,
    List<Mode> modes,
    String observed,
    String required,
    String reason) {
  public RetentionJudgement {
    modes = List.copyOf(modes);
  }

  /**
   * One mode.
   *
   * @param pooled all capabilities that count, their test items
   * @param misrouted the unscaled drop against its own margin, if the limits have one
   * @param lost items that the base model could do and the tuned one cannot, reserve included
   * @param unanswered items that one of the two did not answer; they count neither way
   * @param notes sentences for readers: what was left out, how answers changed
   */
  public record Mode(
      AnswerMode mode,
      RetentionStatus status,
      Capability pooled,
      Optional<RetentionStatus> misrouted,
      List<Capability> capabilities,
      List<PairedItem> lost,
      int unanswered,
      List<String> notes) {
    public Mode {
      capabilities = List.copyOf(capabilities);
      lost = List.copyOf(lost);
      notes = List.copyOf(notes);
    }
  }

  /**
   * The pool or one capability.
   *
   * @param name {@code pooled} or the capability
   * @param tally test items; for a capability with those drawn from the reserve
   * @param dropUpper one-sided 95 % upper bound of the drop (Tango 1998)
   * @param p exact one-sided McNemar test of a drop, Holm-corrected for capabilities; 1 for one
   *     that raised no alarm
   * @param status PASS, FAIL, UNKNOWN or NOT_BINDING for the pool; clear, FAIL, UNKNOWN, excluded
   *     (the base model is at chance) or too few (one item would reach the margin) for a capability
   * @param detectable the drop that this many items show with 90 % power (Connor 1987), the reserve
   *     included, which a drop would draw; 1 where nothing can be shown
   */
  public record Capability(
      String name, Tally tally, double dropUpper, double p, String status, double detectable) {}
}
