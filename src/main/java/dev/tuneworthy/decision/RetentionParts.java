package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.DecisionRecord.LostItem;
import dev.tuneworthy.decision.DecisionRecord.RetentionModePart;
import dev.tuneworthy.decision.DecisionRecord.RetentionPart;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.PairedItem;
import dev.tuneworthy.retention.RetentionCounts;
import dev.tuneworthy.retention.RetentionJudgement;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.retention.RetentionRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A retention measurement, judged, in the form of the decision record. */
public final class RetentionParts {
  private RetentionParts() {}

  /**
   * The measurement as the record shows it, judged by the policy.
   *
   * @param candidate id of what was tuned
   */
  public static RetentionPart of(
      String candidate, RetentionMeasurement measured, Policy.Retention policy) {
    return part(candidate, RetentionRule.judge(measured, RetentionGate.limits(policy)), policy);
  }

  /** What was shown before, judged anew by another policy; the lost items are the same. */
  static RetentionPart of(RetentionPart shown, RetentionCounts counts, Policy.Retention policy) {
    RetentionPart anew =
        part(shown.candidate(), RetentionRule.judge(counts, RetentionGate.limits(policy)), policy);
    List<RetentionModePart> modes = new ArrayList<>();
    for (RetentionModePart mode : anew.modes()) {
      List<LostItem> lost =
          shown.modes().stream()
              .filter(before -> before.mode().equals(mode.mode()))
              .flatMap(before -> before.lostItems().stream())
              .toList();
      modes.add(
          new RetentionModePart(
              mode.mode(), mode.status(), mode.pooled(), mode.capabilities(), lost));
    }
    return new RetentionPart(
        anew.candidate(), anew.deployment(), anew.appliedShare(), modes, shown.drift());
  }

  private static RetentionPart part(
      String candidate, RetentionJudgement judged, Policy.Retention policy) {
    return new RetentionPart(
        candidate,
        policy.deployment().name().toLowerCase(Locale.ROOT),
        judged.appliedShare(),
        judged.modes().stream().map(RetentionParts::mode).toList(),
        Optional.empty());
  }

  private static RetentionModePart mode(RetentionJudgement.Mode mode) {
    List<LostItem> lost = mode.lost().stream().map(RetentionParts::lost).toList();
    return new RetentionModePart(
        mode.mode().label(),
        mode.status().name(),
        capability(mode.pooled()),
        mode.capabilities().stream().map(RetentionParts::capability).toList(),
        lost);
  }

  private static CapabilityPart capability(RetentionJudgement.Capability capability) {
    return new CapabilityPart(
        capability.name(),
        capability.tally().n(),
        capability.tally().before(),
        capability.tally().after(),
        capability.tally().lost(),
        capability.tally().gained(),
        capability.dropUpper(),
        capability.status(),
        capability.detectable());
  }

  private static LostItem lost(PairedItem item) {
    return new LostItem(
        item.id(), item.capability(), item.question(), item.before().text(), item.after().text());
  }
}
