package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.FlipPart;
import dev.tuneworthy.decision.DecisionRecord.LostItem;
import dev.tuneworthy.decision.DecisionRecord.ModelPart;
import java.util.List;

/**
 * A decision record in words, in the order in which the report tells it; both forms of the report
 * are written from it. Parts that a record does not have are empty lists. Public because the
 * template engine reads it by reflection.
 *
 * @param tone class of the page that carries the verdict's colour
 * @param headline the verdict in three or four words
 * @param horizons over how many months which volume is the break-even
 * @param callouts what a reader must know beside the verdict: the leaning, how many more examples
 */
public record ReportView(
    String id,
    String verdict,
    String tone,
    String headline,
    String summary,
    String task,
    String policy,
    String examples,
    String traffic,
    List<Tile> tiles,
    List<Callout> callouts,
    List<String> warnings,
    String costTitle,
    List<CandidateRow> candidates,
    List<ComparisonRow> comparisons,
    List<Retention> retention,
    List<Mitigation> mitigation,
    List<Labels> labels,
    List<Curve> curve,
    List<GateRow> gates,
    List<Search> searches,
    List<ShotsRow> shots,
    String breakEven,
    List<Entry> horizons,
    List<FlipPart> flips,
    List<RungRow> rungs,
    Spent spent,
    List<ModelPart> models,
    List<Entry> provenance) {

  /** A figure at the head of the page. */
  public record Tile(String label, String value, String note) {}

  /** A short paragraph that stands out. */
  public record Callout(String title, String text) {}

  /** A candidate's measurements. */
  public record CandidateRow(
      String id,
      boolean chosen,
      String model,
      String split,
      String mode,
      String n,
      String failed,
      String quality,
      String interval,
      String tokens,
      String p50,
      String p95,
      String latencyNote,
      String perRequest,
      String perMonth,
      String overHorizon) {}

  /** Two candidates on the same items. */
  public record ComparisonRow(
      String a,
      String b,
      String difference,
      String interval,
      String onlyA,
      String onlyB,
      String p,
      String method) {}

  /** What tuning cost elsewhere. */
  public record Retention(String candidate, String deployment, String drift, List<Mode> modes) {}

  /** What was tried so that the tuned model keeps more, and what carried. */
  public record Mitigation(String carried, List<MitigationRow> rows) {}

  /**
   * One candidate of that search, on dev.
   *
   * @param shrinkage what plain shrinkage loses at the same quality
   */
  public record MitigationRow(
      String candidate,
      boolean kept,
      String means,
      String quality,
      String choose,
      String generate,
      String shrinkage,
      String front,
      String gate,
      String tone) {}

  /** Labels that a person should look at. */
  public record Labels(
      String how, String further, List<ConflictRow> conflicting, List<SuspectRow> suspicious) {}

  /** One input with several answers; {@code labels} as {@code train-3: yes}. */
  public record ConflictRow(String input, String labels) {}

  /** An example whose label candidates contradict. */
  public record SuspectRow(
      String id, String input, String expected, String suggested, String said) {}

  /** Whether more training data would change the verdict. */
  public record Curve(String candidate, String words, String exponent, List<CurveRow> rows) {}

  /** Quality after so many training examples; what was not measured says so. */
  public record CurveRow(String examples, String quality, String interval, String note) {}

  /** What was asked of prompts, or of adapters; {@code effort} as a sentence. */
  public record Search(String what, String effort, List<SearchRow> rows) {}

  /** A candidate on dev: how much it was asked and what became of it. */
  public record SearchRow(String candidate, String items, String tokens, String result) {}

  /** Prompts that differ in their demonstrations alone: mean, lowest and highest quality. */
  public record ShotsRow(String kind, String sets, String plain, String calibrated) {}

  /** Retention in one mode of answering. */
  public record Mode(
      String mode,
      String question,
      String status,
      String tone,
      String finding,
      List<CapabilityRow> rows,
      List<LostItem> lostItems) {}

  /** A capability before and after. */
  public record CapabilityRow(
      String name,
      String n,
      String before,
      String after,
      String change,
      String lost,
      String gained,
      String dropUpper,
      String detectable,
      String status,
      String tone) {}

  /** A gate and what was seen of it. */
  public record GateRow(
      String candidate,
      String gate,
      String status,
      String tone,
      String observed,
      String required,
      String reason) {}

  /**
   * A rung of the ladder.
   *
   * @param forecast time that the forecast said; a dash where it said none
   * @param share of the time that all rungs took, in percent
   */
  public record RungRow(
      String rung,
      String status,
      String reason,
      String time,
      String forecast,
      String tokens,
      String share) {}

  /**
   * What it cost to find out.
   *
   * @param forecast how far the forecast was off, in a sentence; empty where there was none
   */
  public record Spent(String time, String tokens, String money, String forecast) {}

  /** A name and its value. */
  public record Entry(String name, String value) {}
}
