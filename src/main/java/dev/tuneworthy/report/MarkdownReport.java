package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The report as Markdown with tables, for terminals, reviews and wikis. */
final class MarkdownReport {
  private final ReportView view;
  private final StringBuilder out = new StringBuilder();

  private MarkdownReport(ReportView view) {
    this.view = view;
  }

  static String of(DecisionRecord record) {
    return new MarkdownReport(new ReportWording(record).view()).write();
  }

  private String write() {
    line("# " + text(view.headline()));
    line(text(view.summary()));
    line(
        "Task %s, policy %s, verdict %s. %s."
            .formatted(
                text(view.task()), text(view.policy()), view.verdict(), text(view.examples())));
    view.tiles()
        .forEach(
            tile ->
                out.append(
                    "- %s: **%s**%s%n"
                        .formatted(
                            text(tile.label()),
                            text(tile.value()),
                            tile.note().isEmpty() ? "" : " (" + text(tile.note()) + ")")));
    line("");
    view.callouts().forEach(one -> line("> **" + text(one.title()) + ".** " + text(one.text())));
    if (!view.warnings().isEmpty()) {
      line("## Read with care");
      view.warnings().forEach(warning -> out.append("- ").append(text(warning)).append('\n'));
      line("");
    }
    candidates();
    gates();
    comparisons();
    retention();
    mitigation();
    labels();
    curve();
    flips();
    searches();
    spent();
    provenance();
    return out.toString().replaceAll("\n{3,}", "\n\n").strip() + "\n";
  }

  private void candidates() {
    line("## Quality against cost");
    header("Candidate", "Split", "Quality", "95 % interval", "p95", "A request", view.costTitle());
    view.candidates()
        .forEach(
            c ->
                row(
                    c.id() + (c.chosen() ? " ◀" : ""),
                    c.split(),
                    c.quality(),
                    c.interval(),
                    c.p95(),
                    c.perRequest(),
                    c.overHorizon()));
    line("");
  }

  private void gates() {
    if (view.gates().isEmpty()) {
      return;
    }
    line("## What the policy asks");
    header("Candidate", "Gate", "Finding", "Observed", "Required");
    view.gates().forEach(g -> row(g.candidate(), g.gate(), g.status(), g.observed(), g.required()));
    line("");
  }

  private void comparisons() {
    if (view.comparisons().isEmpty()) {
      return;
    }
    line("## Candidates in pairs");
    header("First", "Second", "Difference", "Interval", "Only first / only second right", "p");
    view.comparisons()
        .forEach(
            c ->
                row(
                    c.a(),
                    c.b(),
                    c.difference(),
                    c.interval(),
                    c.onlyA() + " / " + c.onlyB(),
                    c.p()));
    line("");
  }

  private void retention() {
    line("## What tuning did to everything else");
    if (view.retention().isEmpty()) {
      line("Not measured: no tuned model reached this rung.");
    }
    for (ReportView.Retention kept : view.retention()) {
      line(text(kept.candidate()) + ". " + text(kept.deployment()));
      if (!kept.drift().isEmpty()) {
        line(text(kept.drift()));
      }
      for (ReportView.Mode mode : kept.modes()) {
        line("### " + text(mode.question()) + " " + text(mode.status()));
        line(text(mode.finding()));
        header(
            "Capability", "Items", "Before", "After", "Lost", "Gained", "Drop, at most", "Finding");
        mode.rows()
            .forEach(
                c ->
                    row(
                        c.name(),
                        c.n(),
                        c.before(),
                        c.after(),
                        c.lost(),
                        c.gained(),
                        c.dropUpper(),
                        c.status()));
        line("");
        mode.lostItems()
            .forEach(
                item ->
                    out.append(
                        "- %s%n  - before: %s%n  - after: %s%n"
                            .formatted(
                                text(item.question()), text(item.before()), text(item.after()))));
        line("");
      }
    }
  }

  private void mitigation() {
    for (ReportView.Mitigation searched : view.mitigation()) {
      line("## What was tried against forgetting");
      line(text(searched.carried()));
      header(
          "Candidate",
          "Means",
          "Quality on dev",
          "By likelihood",
          "By free answers",
          "Shrinking alone",
          "On the front",
          "Gate");
      searched
          .rows()
          .forEach(
              r ->
                  row(
                      r.candidate() + (r.kept() ? " ◀" : ""),
                      r.means(),
                      r.quality(),
                      r.choose(),
                      r.generate(),
                      r.shrinkage(),
                      r.front(),
                      r.gate()));
      line("");
    }
  }

  private void labels() {
    for (ReportView.Labels found : view.labels()) {
      line("## Labels to look at");
      if (!found.conflicting().isEmpty()) {
        header("The same input", "Its labels");
        found.conflicting().forEach(c -> row(c.input(), c.labels()));
        line("");
      }
      if (!found.suspicious().isEmpty()) {
        line(text(found.how() + " " + found.further()));
        header("Example", "Input", "Label", "Candidates say", "How many, how sure");
        found
            .suspicious()
            .forEach(s -> row(s.id(), s.input(), s.expected(), s.suggested(), s.said()));
        line("");
      }
    }
  }

  private void curve() {
    for (ReportView.Curve drawn : view.curve()) {
      line("## Would more training data help?");
      line(text(drawn.words()));
      header("Training examples", "Quality", "Interval", "");
      drawn.rows().forEach(r -> row(r.examples(), r.quality(), r.interval(), r.note()));
      line("");
      line(text(drawn.exponent()));
    }
  }

  private void flips() {
    line("## What would change the verdict");
    line(text(view.breakEven()));
    if (!view.horizons().isEmpty()) {
      header("Horizon", "Break-even");
      view.horizons().forEach(h -> row(h.name(), h.value()));
      line("");
    }
    if (!view.flips().isEmpty()) {
      header("Input", "Now", "Flips at", "How far", "Verdict there");
      view.flips()
          .forEach(f -> row(f.input(), f.current(), f.flipsAt(), f.distance(), f.verdictThere()));
      line("");
    }
  }

  private void searches() {
    if (view.searches().isEmpty()) {
      return;
    }
    line("## How they were found on dev");
    if (!view.shots().isEmpty()) {
      header("Demonstrations", "Sets", "Quality, lowest to highest", "Calibrated");
      view.shots().forEach(s -> row(s.kind(), s.sets(), s.plain(), s.calibrated()));
      line("");
    }
    for (ReportView.Search search : view.searches()) {
      line("**" + text(search.what()) + ".** " + text(search.effort()));
      header("Candidate", "Questions", "Tokens", "What became of it");
      search.rows().forEach(r -> row(r.candidate(), r.items(), r.tokens(), r.result()));
      line("");
    }
  }

  private void spent() {
    line("## What it cost to find out");
    line(
        "%s, %s tokens, %s."
            .formatted(
                text(view.spent().time()),
                text(view.spent().tokens()),
                text(view.spent().money())));
    if (!view.spent().forecast().isEmpty()) {
      line(text(view.spent().forecast()));
    }
    header("Rung", "Status", "Time", "Forecast", "Tokens", "Note");
    view.rungs()
        .forEach(r -> row(r.rung(), r.status(), r.time(), r.forecast(), r.tokens(), r.reason()));
    line("");
  }

  private void provenance() {
    line("## Where the numbers come from");
    header("What", "Value");
    view.models().forEach(m -> row("model " + m.id() + " (" + m.provider() + ")", m.sha256()));
    view.provenance().forEach(e -> row(e.name(), e.value()));
    line("");
    line("Decision " + text(view.id()) + ".");
  }

  private void header(String... names) {
    row(names);
    out.append(
        Arrays.stream(names).map(n -> "---").collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private void row(String... cells) {
    out.append(
        List.of(cells).stream()
            .map(MarkdownReport::text)
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private void line(String text) {
    out.append(text).append("\n\n");
  }

  /**
   * Text that Markdown shows as it is: on one line, without markup of its own, HTML or table cells.
   */
  static String text(String raw) {
    StringBuilder safe = new StringBuilder(raw.length());
    raw.codePoints()
        .forEach(
            c -> {
              if (c == '<' || c == '>' || c == '&') {
                safe.append(c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
              } else if ("\\`*_[]|~#!".indexOf(c) >= 0) {
                safe.append('\\').appendCodePoint(c);
              } else {
                safe.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
              }
            });
    return safe.toString();
  }
}
