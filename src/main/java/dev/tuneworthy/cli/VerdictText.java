package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.DecisionRecord.RetentionModePart;
import dev.tuneworthy.task.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A decision record as a table and a few sentences for a terminal. */
final class VerdictText {
  private final DecisionRecord decision;
  private final List<String> lines = new ArrayList<>();

  private VerdictText(DecisionRecord decision) {
    this.decision = decision;
  }

  static String of(DecisionRecord decision) {
    VerdictText text = new VerdictText(decision);
    text.head();
    text.candidates();
    text.retention();
    text.gates();
    text.verdict();
    return String.join(System.lineSeparator(), text.lines);
  }

  /** The verdict and its reasons, without the tables. */
  static String verdict(DecisionRecord decision) {
    VerdictText text = new VerdictText(decision);
    text.verdict();
    return String.join(System.lineSeparator(), text.lines);
  }

  private void head() {
    var examples = decision.task().examples();
    lines.add(
        "Task %s (%d train, %d dev, %d test), policy %s, %s"
            .formatted(
                decision.task().name(),
                examples.train(),
                examples.dev(),
                examples.test(),
                decision.policy().name(),
                String.join(
                    " and ",
                    decision.models().stream().map(m -> m.id() + " on " + m.provider()).toList())));
    lines.add("");
  }

  private void candidates() {
    TextTable table =
        new TextTable(
            "candidate",
            "split",
            "quality",
            "95 %",
            "failed",
            "cached",
            "fresh",
            "output",
            "p50 ms",
            "p95 ms",
            "per request",
            "per month");
    List<CandidatePart> shown = shown();
    for (CandidatePart c : shown) {
      table.row(
          c.id(),
          c.split(),
          percent(c.quality().value()),
          percent(c.quality().low()) + " to " + percent(c.quality().high()),
          c.failed() + "/" + c.n(),
          tokens(c.tokens().cached()),
          tokens(c.tokens().fresh()),
          tokens(c.tokens().output()),
          c.latencyMillis().map(l -> millis(l.p50())).orElse("-"),
          c.latencyMillis().map(l -> millis(l.p95())).orElse("-"),
          money(c.cost().perRequest(), c.cost().currency()),
          money(c.cost().perMonth(), c.cost().currency()));
    }
    lines.add(table.toString());
    int further = decision.candidates().size() - shown.size();
    if (further > 0) {
      lines.add("On dev " + further + " more were tried; the report shows all.");
    }
    decision.candidates().stream()
        .flatMap(c -> c.latencyMillis().stream())
        .map(DecisionRecord.LatencyPart::note)
        .filter(note -> !note.isEmpty())
        .distinct()
        .forEach(note -> lines.add("Latency of remote models: " + note + "."));
    lines.add("");
  }

  /** Of each approach the best on dev, and all that met test. */
  private List<CandidatePart> shown() {
    Map<String, CandidatePart> best = new LinkedHashMap<>();
    List<CandidatePart> tested = new ArrayList<>();
    for (CandidatePart candidate : decision.candidates()) {
      if (candidate.split().equals(Split.TEST.label())) {
        tested.add(candidate);
      } else {
        best.merge(candidate.approach(), candidate, VerdictText::better);
      }
    }
    List<CandidatePart> shown = new ArrayList<>(best.values());
    shown.addAll(tested);
    return shown;
  }

  /** The one asked more counts for more: a screening on half of dev promises much. */
  private static CandidatePart better(CandidatePart a, CandidatePart b) {
    if (a.n() != b.n()) {
      return a.n() > b.n() ? a : b;
    }
    return a.quality().value() >= b.quality().value() ? a : b;
  }

  private void retention() {
    decision
        .retention()
        .ifPresent(
            part -> {
              lines.add("Retention of " + part.candidate() + " (" + part.deployment() + ")");
              lines.add(retention(part.modes()));
              lines.add("");
            });
  }

  static String retention(List<RetentionModePart> modes) {
    TextTable table =
        new TextTable(
            "mode",
            "capability",
            "n",
            "before",
            "after",
            "lost",
            "gained",
            "drop at most",
            "would show",
            "status");
    for (RetentionModePart mode : modes) {
      addRow(table, mode.mode(), mode.pooled());
      mode.capabilities().forEach(c -> addRow(table, mode.mode(), c));
    }
    return table.toString();
  }

  private static void addRow(TextTable table, String mode, CapabilityPart part) {
    table.row(
        mode,
        part.name(),
        String.valueOf(part.n()),
        percent(part.before()),
        percent(part.after()),
        String.valueOf(part.lost()),
        String.valueOf(part.gained()),
        percent(part.dropUpper()),
        percent(part.detectable()),
        part.status());
  }

  private void gates() {
    if (!decision.gates().isEmpty()) {
      TextTable table = new TextTable("candidate", "gate", "status", "observed", "required");
      decision
          .gates()
          .forEach(g -> table.row(g.candidate(), g.gate(), g.status(), g.observed(), g.required()));
      lines.add(table.toString());
      lines.add("");
    }
  }

  private void verdict() {
    lines.add(
        decision.verdict() + decision.recommended().map(candidate -> ": " + candidate).orElse(""));
    lines.add(decision.summary());
    decision
        .leaning()
        .ifPresent(
            l ->
                lines.add(
                    "Leaning towards %s (%s): %s".formatted(l.verdict(), l.candidate(), l.why())));
    decision
        .moreExamples()
        .ifPresent(
            m ->
                lines.add(
                    "About %,d more test examples would settle it: %s"
                        .formatted(m.testExamples(), m.question())));
    decision
        .flips()
        .forEach(
            f ->
                lines.add(
                    "It flips to %s where %s is %s (now %s%s)."
                        .formatted(
                            f.verdictThere(),
                            f.input(),
                            f.flipsAt(),
                            f.current(),
                            f.distance().isEmpty() ? "" : "; " + f.distance())));
    decision.warnings().forEach(warning -> lines.add("Note: " + warning));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String tokens(double count) {
    return String.format(Locale.ROOT, "%.0f", count);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
  }

  private static String money(String amount, String currency) {
    if (amount.equals("unknown")) {
      return "-";
    }
    return currency.equals("USD") ? "$" + amount : amount + " " + currency;
  }
}
