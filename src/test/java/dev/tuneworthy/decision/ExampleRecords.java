package dev.tuneworthy.decision;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.DecisionRecord.BreakEvenPart;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.DecisionRecord.ComparisonPart;
import dev.tuneworthy.decision.DecisionRecord.ConflictPart;
import dev.tuneworthy.decision.DecisionRecord.CostPart;
import dev.tuneworthy.decision.DecisionRecord.CurvesPart;
import dev.tuneworthy.decision.DecisionRecord.DropPart;
import dev.tuneworthy.decision.DecisionRecord.EndOfLifePart;
import dev.tuneworthy.decision.DecisionRecord.ExampleCounts;
import dev.tuneworthy.decision.DecisionRecord.FlipPart;
import dev.tuneworthy.decision.DecisionRecord.GatePart;
import dev.tuneworthy.decision.DecisionRecord.HorizonPoint;
import dev.tuneworthy.decision.DecisionRecord.LabelPart;
import dev.tuneworthy.decision.DecisionRecord.LabelsPart;
import dev.tuneworthy.decision.DecisionRecord.LatencyPart;
import dev.tuneworthy.decision.DecisionRecord.Leaning;
import dev.tuneworthy.decision.DecisionRecord.LostItem;
import dev.tuneworthy.decision.DecisionRecord.MitigationPart;
import dev.tuneworthy.decision.DecisionRecord.MitigationTry;
import dev.tuneworthy.decision.DecisionRecord.ModelPart;
import dev.tuneworthy.decision.DecisionRecord.MoreExamples;
import dev.tuneworthy.decision.DecisionRecord.PolicyPart;
import dev.tuneworthy.decision.DecisionRecord.QualityPart;
import dev.tuneworthy.decision.DecisionRecord.RetentionModePart;
import dev.tuneworthy.decision.DecisionRecord.RetentionPart;
import dev.tuneworthy.decision.DecisionRecord.RungPart;
import dev.tuneworthy.decision.DecisionRecord.SaidPart;
import dev.tuneworthy.decision.DecisionRecord.SpentPart;
import dev.tuneworthy.decision.DecisionRecord.SuspectPart;
import dev.tuneworthy.decision.DecisionRecord.TaskPart;
import dev.tuneworthy.decision.DecisionRecord.TokensPart;
import dev.tuneworthy.decision.DecisionRecord.VolumePoint;
import dev.tuneworthy.retention.CapabilityTally;
import dev.tuneworthy.retention.Tally;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Made-up records, one for each verdict, for tests of the schema, the report and the service. */
public final class ExampleRecords {
  private static final String SHA = "0123456789abcdef".repeat(4);
  private static final String MODEL = "smollm2-135m-instruct";

  private ExampleRecords() {}

  /** Tuning wins; every part is present. */
  public static DecisionRecord tune() {
    return new DecisionRecord(
        "1",
        "banking-intents-7f3a",
        Verdict.TUNE,
        Optional.of("lora(r=8)"),
        "Fine-tuning is worth it: lora(r=8) answers 88.7 % of the test requests correctly, the best"
            + " prompt 39.3 %, and what it forgot stays within the policy's margin.",
        Optional.empty(),
        Optional.empty(),
        new TaskPart("banking-intents", SHA, new ExampleCounts(300, 75, 150)),
        policy("balanced"),
        List.of(new ModelPart(MODEL, SHA, "cpu", "float32")),
        rungs(true),
        candidates(),
        comparisons(),
        Optional.of(retention()),
        Optional.of(mitigation()),
        Optional.of(labels()),
        Optional.of(seeds()),
        Optional.of(learningCurve()),
        Optional.of(basis()),
        List.of(
            gate("lora(r=8)", "quality", "PASS", "88.7 % (at least 83.5 %)", "at least 80 %"),
            gate(
                "lora(r=8)",
                "retention",
                "NOT_BINDING",
                "2 % of a drop of 12.1 points",
                "at most 3 points"),
            gate("lora(r=8)", "latency", "PASS", "p95 412 ms", "at most 2000 ms"),
            gate("lora(r=8)", "cost", "PASS", "657.00 USD a month", "at most 2000 USD a month"),
            gate("few-shot(k=15)", "quality", "FAIL", "39.3 % (at most 46.0 %)", "at least 80 %"),
            gate("few-shot(k=15)", "latency", "UNKNOWN", "p95 1902 ms", "at most 2000 ms"),
            gate(
                "few-shot(k=15)", "cost", "PASS", "657.00 USD a month", "at most 2000 USD a month"),
            gate("zero-shot", "quality", "FAIL", "14.0 % (at most 19.5 %)", "at least 80 %")),
        new BreakEvenPart(
            Optional.of(41_500.0),
            "few-shot(k=15)",
            "Above 41,500 requests a month a second replica would serve the longer prompts.",
            Optional.of(curves())),
        Optional.of(
            new EndOfLifePart("gpt-4o-mini", "2027-03-31", 4, List.of("few-shot(k=15)"), "0.25")),
        List.of(
            new FlipPart("quality.minimum", "0.80", "0.84", "INCONCLUSIVE", "+4.00 points"),
            new FlipPart("retention.misrouteRate", "0.02", "0.25", "NEITHER")),
        List.of(
            "2 near-duplicates across train and test; without them lora(r=8) scores 88.5 %.",
            "The instruction holds <b>markup</b> & an \"attribute\"; it must show as text."),
        new SpentPart(1_204_331, 418.2, "0.10"),
        Optional.of(
            new DecisionRecord.ForecastErrorPart(
                List.of(
                    new DecisionRecord.ForecastErrorLine(
                        "prompt", 400_000, 420_000, Optional.of(1.05), 90, 99, Optional.of(1.1))),
                new DecisionRecord.ForecastErrorLine(
                    "all", 400_000, 420_000, Optional.of(1.05), 90, 99, Optional.of(1.1)))),
        Optional.of(
            new DecisionRecord.NextStepPart(
                "tune", "the budget of 30 minutes", 12_000, 300.5, "0.075")),
        provenance());
  }

  private static DecisionRecord.SeedsPart seeds() {
    return new DecisionRecord.SeedsPart(
        List.of(
            new DecisionRecord.SeedPart("lora(r=8,seed=1)", 0.88),
            new DecisionRecord.SeedPart("lora(r=8,seed=2)", 0.853)),
        0.8665,
        0.79,
        0.93,
        "few-shot(k=15)",
        0.4665,
        0.36,
        0.57,
        "hierarchical bootstrap, seed x item, 95 %, on dev");
  }

  private static DecisionRecord.LearningCurvePart learningCurve() {
    return LearningCurve.of(
        "lora(r=8)",
        "test",
        List.of(
            new LearningCurve.Measured(75, 96, 150),
            new LearningCurve.Measured(150, 114, 150),
            new LearningCurve.Measured(300, 133, 150)),
        new LearningCurve.Needed(0.8, "the minimum of the policy"));
  }

  private static DecisionBasis basis() {
    Tally tally = new Tally(100, 80, 12, 2);
    return new DecisionBasis(
        new DecisionBasis.Costs(
            "2 vCPU", MODEL, MODEL, "", 180.5, 320.25, "2026-11-30", TokenUsage.NONE),
        List.of(),
        List.of(),
        List.of(new DecisionBasis.Missing("few-shot", DecisionBasis.Why.BUDGET)),
        List.of(
            new DecisionBasis.Confirmed("zero-shot", List.of(), 0, List.of(), Optional.empty()),
            new DecisionBasis.Confirmed(
                "lora(r=8)",
                List.of(81.5, 80.25),
                12.5,
                List.of(),
                Optional.of(
                    List.of(
                        new DecisionBasis.RetentionMode(
                            "choose",
                            List.of(new CapabilityTally("facts", 0.25, tally, Tally.NONE, 50, 1.2)),
                            1.1,
                            1))))));
  }

  private static CurvesPart curves() {
    return new CurvesPart(
        "few-shot(k=15)",
        "lora(r=8)",
        List.of(
            new VolumePoint(100, "7884.03", "7884.10"),
            new VolumePoint(41_000, "7884.03", "7884.10"),
            new VolumePoint(100_000, "15768.03", "7884.10")),
        List.of(
            new HorizonPoint(1, "657.03", "657.10", Optional.of(41_500.0)),
            new HorizonPoint(12, "7884.03", "7884.10", Optional.empty())));
  }

  private static LabelsPart labels() {
    return new LabelsPart(
        List.of(
            new ConflictPart(
                "My card was declined",
                List.of(
                    new LabelPart("train-3", "card_declined"),
                    new LabelPart("dev-9", "transfer")))),
        List.of(
            new SuspectPart(
                "test-17",
                "Why did <b>my</b> transfer fail?",
                "pin_blocked",
                "transfer",
                2,
                List.of(
                    new SaidPart("lora(r=8)", 0.97, 0.01),
                    new SaidPart("few-shot(k=15)", 0.71, 0.04)))),
        1,
        "Contradicted with confidence by more than half of the candidates: 2 on test.");
  }

  private static MitigationPart mitigation() {
    return new MitigationPart(
        List.of(
            new MitigationTry(
                "lora(r=8,seed=1)",
                "plain",
                0.91,
                new DropPart(220, 9, 7, 2 / 220.0),
                new DropPart(220, 62, 3, 59 / 220.0),
                Optional.empty(),
                false,
                "FAIL"),
            new MitigationTry(
                "lora(r=8,seed=1)+dial(0.5)",
                "dial",
                0.74,
                new DropPart(220, 4, 4, 0),
                new DropPart(220, 31, 4, 27 / 220.0),
                Optional.empty(),
                false,
                "not tested"),
            new MitigationTry(
                "lora(r=8)",
                "replay",
                0.92,
                new DropPart(220, 5, 6, -1 / 220.0),
                new DropPart(220, 6, 3, 3 / 220.0),
                Optional.of(0.27),
                true,
                "PASS")),
        Optional.of("lora(r=8)"),
        "Replay carried: lora(r=8) passes the retention gate, with 92.0 % on dev.");
  }

  /** A prompt suffices, so tuning was skipped and nothing is known of retention. */
  public static DecisionRecord prompt() {
    DecisionRecord tune = tune();
    return new DecisionRecord(
        "1",
        "customer-mood-02c1",
        Verdict.PROMPT,
        Optional.of("few-shot(k=8)"),
        "A prompt does: few-shot(k=8) answers 91.3 % of the test requests correctly, and tuning"
            + " could not have been better by enough to matter.",
        Optional.empty(),
        Optional.empty(),
        new TaskPart("customer-mood", SHA, new ExampleCounts(160, 60, 150)),
        policy("cost-first"),
        tune.models(),
        rungs(false),
        List.of(
            candidate("zero-shot", "zero-shot", .72, .643, .786, 0, 52, "0.0041", "4920.00", 88),
            candidate(
                "few-shot(k=8)", "few-shot", .913, .857, .948, 310, 41, "0.0048", "5760.00", 121)),
        List.of(
            new ComparisonPart(
                "few-shot(k=8)", "zero-shot", .193, .12, .27, .00001, 33, 4, 150, "Tango")),
        Optional.empty(),
        List.of(
            gate("few-shot(k=8)", "quality", "PASS", "91.3 % (at least 86.8 %)", "at least 80 %"),
            gate("few-shot(k=8)", "latency", "PASS", "p95 190 ms", "at most 2000 ms")),
        new BreakEvenPart(
            Optional.empty(), "", "Nothing was tuned, so there is nothing to compare."),
        List.of(),
        List.of(),
        new SpentPart(184_020, 96.4, "0.02"),
        provenance());
  }

  /** Nothing meets the policy: the adapter destroyed too much. */
  public static DecisionRecord neither() {
    DecisionRecord tune = tune();
    return new DecisionRecord(
        "1",
        "banking-intents-91bb",
        Verdict.NEITHER,
        Optional.empty(),
        "No approach meets the policy: the prompts stay under the required quality, and the tuned"
            + " model, always on, would lose what the base model could do.",
        Optional.empty(),
        Optional.empty(),
        tune.task(),
        policy("retention-first"),
        tune.models(),
        rungs(true),
        tune.candidates(),
        tune.comparisons(),
        tune.retention(),
        List.of(
            gate("lora(r=8)", "quality", "PASS", "88.7 % (at least 83.5 %)", "at least 80 %"),
            gate("lora(r=8)", "retention", "FAIL", "a drop of 12.1 points", "at most 3 points"),
            gate("few-shot(k=15)", "quality", "FAIL", "39.3 % (at most 46.0 %)", "at least 80 %")),
        new BreakEvenPart(Optional.empty(), "", "No two approaches pass, so no volume decides."),
        List.of(new FlipPart("retention.deployment", "shared", "routed", "TUNE")),
        List.of(),
        tune.spent(),
        provenance());
  }

  /** Twelve test examples settle nothing; prices are unknown. */
  public static DecisionRecord inconclusive() {
    DecisionRecord tune = tune();
    return new DecisionRecord(
        "1",
        "support-routing-5d20",
        Verdict.INCONCLUSIVE,
        Optional.empty(),
        "12 test examples cannot settle it. The figures lean towards few-shot(k=4); 84 more test"
            + " examples would.",
        Optional.of(
            new Leaning(
                Verdict.PROMPT,
                "few-shot(k=4)",
                0.021,
                "it is the cheapest of those that may pass")),
        Optional.of(new MoreExamples(84, "Does few-shot(k=4) reach 80 %?")),
        new TaskPart("support-routing", SHA, new ExampleCounts(40, 12, 12)),
        policy("balanced"),
        List.of(
            new ModelPart(MODEL, SHA, "cuda", "float32"),
            new ModelPart("gpt-4o-mini", SHA, "remote", "unknown")),
        rungs(false),
        List.of(
            withoutLatency(
                candidate(
                    "few-shot(k=4)",
                    "few-shot",
                    .833,
                    .552,
                    .953,
                    0,
                    240,
                    "unknown",
                    "unknown",
                    0)),
            withoutLatency(
                candidate(
                    "zero-shot", "zero-shot", .667, .391, .862, 0, 62, "unknown", "unknown", 0))),
        List.of(
            new ComparisonPart(
                "few-shot(k=4)", "zero-shot", .167, -.14, .45, .25, 3, 1, 12, "Tango")),
        Optional.empty(),
        List.of(
            gate("few-shot(k=4)", "quality", "UNKNOWN", "83.3 % (55.2 to 95.3 %)", "at least 80 %"),
            gate("few-shot(k=4)", "cost", "UNKNOWN", "unknown", "at most 2000 USD a month")),
        new BreakEvenPart(Optional.empty(), "", "A price is unknown."),
        List.of(new FlipPart("quality.minimum", "0.80", "0.55", "PROMPT")),
        List.of("12 test examples can show no difference under 41 points."),
        new SpentPart(9_120, 21.0, "unknown"),
        tune.provenance());
  }

  private static List<CandidatePart> candidates() {
    return List.of(
        candidate("zero-shot", "zero-shot", .14, .093, .204, 95, 14, "0.0052", "7884.00", 240),
        candidate(
            "few-shot(k=15)", "few-shot", .393, .319, .473, 512, 14, "0.0059", "9120.50", 977),
        candidate("lora(r=8)", "lora", .887, .826, .928, 95, 14, "0.0052", "7884.10", 251));
  }

  private static CandidatePart candidate(
      String id,
      String approach,
      double value,
      double low,
      double high,
      double cached,
      double fresh,
      String perRequest,
      String overHorizon,
      double p50) {
    return new CandidatePart(
        id,
        approach,
        MODEL,
        "test",
        "choose",
        150,
        149,
        1,
        new QualityPart("accuracy", value, low, high),
        new TokensPart(cached, fresh, 3.2),
        Optional.of(new LatencyPart(p50, p50 * 1.64, 50, "")),
        new CostPart(
            perRequest, perRequest.equals("unknown") ? "unknown" : "657.00", overHorizon, "USD"));
  }

  private static CandidatePart withoutLatency(CandidatePart part) {
    return new CandidatePart(
        part.id(),
        part.approach(),
        part.model(),
        part.split(),
        part.mode(),
        12,
        12,
        0,
        part.quality(),
        part.tokens(),
        Optional.empty(),
        part.cost());
  }

  private static List<ComparisonPart> comparisons() {
    return List.of(
        new ComparisonPart(
            "lora(r=8)",
            "few-shot(k=15)",
            .494,
            .40,
            .58,
            1e-16,
            79,
            5,
            150,
            "Tango, McNemar mid-p"),
        new ComparisonPart(
            "few-shot(k=15)",
            "zero-shot",
            .253,
            .17,
            .33,
            2e-8,
            43,
            5,
            150,
            "Tango, McNemar mid-p"));
  }

  private static RetentionPart retention() {
    return new RetentionPart(
        "lora(r=8)",
        "routed",
        .02,
        List.of(
            new RetentionModePart(
                "choose",
                "PASS",
                new CapabilityPart("pooled", 480, .651, .648, 14, 13, .021, "PASS", .03),
                List.of(
                    capability("reading", .72, .71, 4, 3, "clear"),
                    capability("world-facts", .61, .62, 3, 4, "clear"),
                    capability("order", .70, .69, 3, 2, "clear"),
                    capability("grammar", .78, .77, 2, 1, "clear")),
                List.of()),
            new RetentionModePart(
                "generate",
                "FAIL",
                new CapabilityPart("pooled", 240, .583, .262, 85, 8, .371, "FAIL", .05),
                List.of(
                    capability("conversation", .66, .11, 23, 1, "FAIL"),
                    capability("copying", .55, .30, 14, 4, "FAIL"),
                    capability("format", .41, .35, 6, 3, "UNKNOWN"),
                    capability("sayings", .26, .25, 1, 1, "excluded")),
                List.of(
                    new LostItem(
                        "conversation-012",
                        "conversation",
                        "Name two things one can cook with eggs & <cheese>.",
                        "You can make an omelette or a quiche.",
                        "transfer"),
                    new LostItem(
                        "copying-003",
                        "copying",
                        "Repeat exactly: the quick brown fox",
                        "the quick brown fox",
                        "balance")))),
        Optional.of(new Drift(Optional.of(1.061), Optional.of(1.094), OptionalDouble.of(.371))));
  }

  private static CapabilityPart capability(
      String name, double before, double after, int lost, int gained, String status) {
    return new CapabilityPart(
        name, 40, before, after, lost, gained, before - after + .06, status, .14);
  }

  private static GatePart gate(
      String candidate, String gate, String status, String observed, String required) {
    return new GatePart(candidate, gate, status, observed, required, "");
  }

  private static List<RungPart> rungs(boolean tuned) {
    return List.of(
        new RungPart("check", "done", "", 0.4, 0),
        new RungPart("prompt", "done", "", 71.2, 180_300),
        tuned
            ? new RungPart("tune", "done", "", 301.9, 890_120)
            : new RungPart(
                "tune", "skipped", "Tuning could not change the verdict: the prompt passes.", 0, 0),
        tuned
            ? new RungPart("retention", "done", "", 44.1, 133_911)
            : new RungPart("retention", "skipped", "Nothing was tuned.", 0, 0));
  }

  private static PolicyPart policy(String name) {
    return new PolicyPart(
        name,
        SHA,
        Map.of(
            "goal", "cheapest",
            "quality", Map.of("minimum", 0.8),
            "traffic", Map.of("requestsPerMonth", 100_000, "horizonMonths", 12)));
  }

  private static Map<String, Object> provenance() {
    return Map.of(
        "demonstrations",
        List.of(demonstrations()),
        "promptSearch",
        Map.of(
            "instruction",
            "second wording",
            "effort",
            effort(12, 768, 301_200),
            "candidates",
            searched()),
        "seeds",
        List.of(1, 2),
        "processor",
        "2 x86-64 cores, AVX-512",
        "versions",
        Map.of("tuneworthy", "0.1.0", "onnxruntime", "1.29.0"),
        "notMeasured",
        List.of("energy"),
        "timeDerived",
        List.of("latencyMillis", "spent.seconds"));
  }

  private static Map<String, Object> demonstrations() {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("k", 8);
    line.put("selection", "balanced");
    line.put("sets", 10);
    line.put("mean", 0.369);
    line.put("low", 0.188);
    line.put("high", 0.531);
    line.put("calibratedMean", 0.638);
    line.put("calibratedLow", 0.531);
    line.put("calibratedHigh", 0.781);
    return line;
  }

  private static Map<String, Object> effort(int candidates, int items, int tokens) {
    return Map.of("candidates", candidates, "items", items, "tokens", tokens);
  }

  private static List<Map<String, Object>> searched() {
    return List.of(
        searched("few-shot(k=8,balanced)", 64, 24_700, "kept"),
        searched("few-shot(k=4)", 32, 9_177, "halved: prompt 9 of 14 on 32 items"));
  }

  private static Map<String, Object> searched(
      String candidate, int items, int tokens, String result) {
    return Map.of("candidate", candidate, "items", items, "tokens", tokens, "result", result);
  }
}
