package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.DecisionRecord.MitigationPart;
import dev.tuneworthy.decision.DecisionRecord.MitigationTry;
import dev.tuneworthy.decision.DecisionRecord.RetentionModePart;
import dev.tuneworthy.decision.DecisionRecord.RetentionPart;
import dev.tuneworthy.decision.Drift;
import dev.tuneworthy.report.ReportView.CapabilityRow;
import dev.tuneworthy.report.ReportView.Mitigation;
import dev.tuneworthy.report.ReportView.MitigationRow;
import dev.tuneworthy.report.ReportView.Mode;
import dev.tuneworthy.report.ReportView.Retention;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts into words what a tuned model kept and lost. */
final class RetentionWording {
  private RetentionWording() {}

  static Retention of(RetentionPart part) {
    return new Retention(
        part.candidate(),
        deployment(part),
        part.drift().map(RetentionWording::drift).orElse(""),
        part.modes().stream().map(RetentionWording::mode).toList());
  }

  static Mitigation of(MitigationPart part) {
    return new Mitigation(
        part.carried(), part.tried().stream().map(one -> row(one, part.kept())).toList());
  }

  private static MitigationRow row(MitigationTry one, Optional<String> kept) {
    return new MitigationRow(
        one.candidate(),
        kept.filter(one.candidate()::equals).isPresent(),
        one.means(),
        Figures.percent(one.devQuality()),
        Figures.points(0 - one.choose().drop()),
        Figures.points(0 - one.generate().drop()),
        one.shrinkageDrop().map(drop -> Figures.points(0 - drop)).orElse("–"),
        one.front() ? "yes" : "",
        RetentionChart.words(one.gate()),
        RetentionChart.tone(one.gate()));
  }

  private static String deployment(RetentionPart part) {
    double drop =
        part.modes().stream()
            .mapToDouble(mode -> mode.pooled().before() - mode.pooled().after())
            .max()
            .orElse(0);
    return part.deployment().equals("routed")
        ? "The adapter would be active for this task's requests only. "
            + Figures.percent(part.appliedShare())
            + " of other traffic meets it by mistake, and that share of a drop counts: "
            + Figures.drop(part.appliedShare() * drop)
            + " of all other answers in the worse mode, against "
            + Figures.drop(drop)
            + " were it always on."
        : "The adapter would be merged or always on, so the whole drop counts: "
            + Figures.drop(drop)
            + " in the worse mode.";
  }

  private static String drift(Drift drift) {
    String prose =
        drift
            .bitsBefore()
            .flatMap(
                before ->
                    drift
                        .bitsAfter()
                        .map(
                            after ->
                                String.format(
                                    Locale.ROOT,
                                    "Neutral prose takes %.3f bits a byte, before it took %.3f."
                                        + " More means that ordinary language has suffered. ",
                                    after,
                                    before)))
            .orElse("");
    String general =
        drift.klToBase().isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "Where the base model answers general questions, the tuned one diverges from it by"
                    + " %.3f nats a token.",
                drift.klToBase().getAsDouble());
    return (prose + general).strip();
  }

  private static Mode mode(RetentionModePart part) {
    CapabilityPart all = part.pooled();
    String finding =
        "Of %s items the base model got %s right and the tuned model %s: %s lost, %s gained."
            .formatted(
                Figures.count(all.n()),
                Figures.percent(all.before()),
                Figures.percent(all.after()),
                Figures.count(all.lost()),
                Figures.count(all.gained()));
    return new Mode(
        part.mode(),
        part.mode().equals("choose")
            ? "Is the knowledge still there?"
            : "Does it still answer as an assistant?",
        RetentionChart.words(part.status()),
        RetentionChart.tone(part.status()),
        finding,
        Stream.concat(Stream.of(all), part.capabilities().stream())
            .map(RetentionWording::capability)
            .toList(),
        part.lostItems());
  }

  private static CapabilityRow capability(CapabilityPart part) {
    return new CapabilityRow(
        part.name(),
        Figures.count(part.n()),
        Figures.percent(part.before()),
        Figures.percent(part.after()),
        Figures.points(part.after() - part.before()),
        Figures.count(part.lost()),
        Figures.count(part.gained()),
        Figures.drop(part.dropUpper()),
        Figures.drop(part.detectable()),
        RetentionChart.words(part.status()),
        RetentionChart.tone(part.status()));
  }
}
