package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord.ConflictPart;
import dev.tuneworthy.decision.DecisionRecord.LabelsPart;
import dev.tuneworthy.decision.DecisionRecord.SuspectPart;
import dev.tuneworthy.report.ReportView.ConflictRow;
import dev.tuneworthy.report.ReportView.Labels;
import dev.tuneworthy.report.ReportView.SuspectRow;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts into words which labels a person should look at. */
final class LabelWording {
  private LabelWording() {}

  /** Nothing where nothing was found. */
  static Stream<Labels> of(LabelsPart part) {
    if (part.conflicting().isEmpty() && part.suspicious().isEmpty()) {
      return Stream.empty();
    }
    int further = part.suspects() - part.suspicious().size();
    return Stream.of(
        new Labels(
            part.how(),
            further > 0 ? Figures.count(further) + " more are less suspicious." : "",
            part.conflicting().stream().map(LabelWording::row).toList(),
            part.suspicious().stream().map(LabelWording::row).toList()));
  }

  private static ConflictRow row(ConflictPart conflict) {
    return new ConflictRow(
        conflict.input(),
        conflict.examples().stream()
            .map(example -> example.id() + ": " + example.expected())
            .collect(Collectors.joining(", ")));
  }

  private static SuspectRow row(SuspectPart suspect) {
    String said =
        suspect.said().stream()
            .map(one -> one.candidate() + " " + Figures.percent(one.probability()))
            .collect(Collectors.joining(", "));
    return new SuspectRow(
        suspect.id(),
        suspect.input(),
        suspect.expected(),
        suspect.suggested(),
        Figures.count(suspect.said().size())
            + " of "
            + Figures.count(suspect.witnesses())
            + ": "
            + said);
  }
}
