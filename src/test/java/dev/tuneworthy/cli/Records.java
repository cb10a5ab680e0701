package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionBasis;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decision records for tests. */
final class Records {
  private Records() {}

  static DecisionRecord of(Verdict verdict) {
    return of(verdict, List.of("3 near-duplicates"));
  }

  static DecisionRecord of(Verdict verdict, List<String> warnings) {
    boolean recommended = verdict == Verdict.PROMPT || verdict == Verdict.TUNE;
    return new DecisionRecord(
        "1",
        "id",
        verdict,
        recommended ? Optional.of("few-shot(k=8)") : Optional.empty(),
        "A prompt does.",
        verdict == Verdict.INCONCLUSIVE
            ? Optional.of(
                new DecisionRecord.Leaning(Verdict.TUNE, "lora(r=8)", 0.01, "it did better"))
            : Optional.empty(),
        verdict == Verdict.INCONCLUSIVE
            ? Optional.of(new DecisionRecord.MoreExamples(1234, "whether tuning is better"))
            : Optional.empty(),
        new DecisionRecord.TaskPart(
            "routing", "0".repeat(64), new DecisionRecord.ExampleCounts(10, 4, 8)),
        new DecisionRecord.PolicyPart("balanced", "0".repeat(64), Map.of()),
        List.of(new DecisionRecord.ModelPart("tiny", "a".repeat(64), "cpu", "float32")),
        List.of(),
        List.of(candidate()),
        List.of(),
        Optional.of(retention()),
        List.of(
            new DecisionRecord.GatePart("few-shot(k=8)", "quality", "PASS", "91 %", "80 %", "")),
        new DecisionRecord.BreakEvenPart(Optional.empty(), "", "no"),
        List.of(new DecisionRecord.FlipPart("requests a month", "100000", "2000000", "TUNE")),
        warnings,
        new DecisionRecord.SpentPart(1, 2, "0.10"),
        Map.of());
  }

  /** A prompt is recommended, and what the verdict rests on is stored. */
  static DecisionRecord stored(DecisionRecord.PolicyPart policy, DecisionBasis basis) {
    DecisionRecord plain = of(Verdict.PROMPT, List.of());
    return new DecisionRecord(
        plain.schemaVersion(),
        plain.id(),
        plain.verdict(),
        plain.recommended(),
        plain.summary(),
        plain.leaning(),
        plain.moreExamples(),
        plain.task(),
        policy,
        plain.models(),
        plain.rungs(),
        plain.candidates(),
        plain.comparisons(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(basis),
        plain.gates(),
        plain.breakEven(),
        Optional.empty(),
        plain.flips(),
        plain.warnings(),
        plain.spent(),
        plain.forecastError(),
        plain.nextStep(),
        plain.provenance());
  }

  private static DecisionRecord.CandidatePart candidate() {
    return new DecisionRecord.CandidatePart(
        "few-shot(k=8)",
        "few-shot",
        "tiny",
        "test",
        "choose",
        8,
        7,
        1,
        new DecisionRecord.QualityPart("accuracy", 0.914, 0.8, 0.96),
        new DecisionRecord.TokensPart(210.4, 15, 3),
        Optional.of(new DecisionRecord.LatencyPart(8.25, 40.6, 50, "network included")),
        new DecisionRecord.CostPart("0.0001", "unknown", "unknown", "USD"));
  }

  private static DecisionRecord.RetentionPart retention() {
    CapabilityPart pooled =
        new CapabilityPart("pooled", 400, 0.75, 0.7, 30, 10, 0.08, "FAIL", 0.04);
    return new DecisionRecord.RetentionPart(
        "lora(r=8)",
        "routed",
        0.02,
        List.of(
            new DecisionRecord.RetentionModePart("choose", "FAIL", pooled, List.of(), List.of())),
        Optional.empty());
  }
}
