package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.ComparisonPart;
import dev.tuneworthy.decision.DecisionRecord.GatePart;
import dev.tuneworthy.decision.DecisionRecord.Leaning;
import dev.tuneworthy.decision.DecisionRecord.MoreExamples;
import java.util.List;
import java.util.Optional;

/**
 * What the rule finds, in the parts of the decision record.
 *
 * @param recommended id of a finalist; empty unless the verdict is PROMPT or TUNE
 * @param reason the numbers that carried the verdict, in plain words
 * @param moreExamples empty where the verdict is settled, or no practical number would settle it
 */
public record Finding(
    Verdict verdict,
    Optional<String> recommended,
    String reason,
    List<GatePart> gates,
    List<ComparisonPart> comparisons,
    Optional<Leaning> leaning,
    Optional<MoreExamples> moreExamples) {
  public Finding {
    gates = List.copyOf(gates);
    comparisons = List.copyOf(comparisons);
  }
}
