package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionBasis.Missing;
import dev.tuneworthy.decision.DecisionBasis.Why;
import dev.tuneworthy.decision.DecisionRecord.BreakEvenPart;
import dev.tuneworthy.decision.DecisionRecord.FlipPart;
import dev.tuneworthy.decision.DecisionRecord.Leaning;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The decide rung: the pure rule on what was confirmed, and nothing that was not shown. Asks no
 * model, so what a decision has stored is decided anew by the same steps.
 */
final class DecideRung {
  private DecideRung() {}

  /** The verdict, and where it changes. */
  record Decided(Finding finding, BreakEvenPart breakEven, List<FlipPart> flips) {
    Decided {
      flips = List.copyOf(flips);
    }
  }

  /**
   * Decides.
   *
   * @param onTest the trials of the finalists on test
   */
  static Decided decide(DecisionBasis basis, List<Trial> onTest, Policy policy) {
    List<Finalist> finalists = new BasisFinalists(basis, policy).of(onTest);
    Finding finding = decide(finalists, basis.missing(), policy);
    return finalists.isEmpty()
        ? new Decided(
            finding, new BreakEvenPart(Optional.empty(), "", "nothing was measured"), List.of())
        : new Decided(
            finding, BreakEvenVolume.of(finalists, policy), Sensitivity.flips(finalists, policy));
  }

  /**
   * The finding alone.
   *
   * @param missing approaches of which no finalist was confirmed
   */
  static Finding decide(List<Finalist> finalists, List<Missing> missing, Policy policy) {
    if (finalists.isEmpty()) {
      return new Finding(
          Verdict.INCONCLUSIVE,
          Optional.empty(),
          "The budget ended before any candidate had met the test examples.",
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
    Finding found = VerdictRule.decide(finalists, policy);
    boolean open =
        found.verdict() != Verdict.INCONCLUSIVE
            && StillOpen.couldChange(finalists, approaches(missing), policy);
    return open ? reopened(found, finalists, missing) : found;
  }

  private static List<Approach> approaches(List<Missing> missing) {
    return Arrays.stream(Approach.values())
        .filter(approach -> missing.stream().anyMatch(m -> m.approach().equals(approach.label())))
        .toList();
  }

  /** What was not measured could turn the verdict: it stays a leaning. */
  private static Finding reopened(Finding found, List<Finalist> finalists, List<Missing> missing) {
    String favoured = found.recommended().orElse("none");
    double regret =
        finalists.stream()
            .filter(finalist -> finalist.id().equals(favoured))
            .mapToDouble(DecideRung::wrong)
            .findFirst()
            .orElse(1);
    Leaning leaning =
        new Leaning(
            found.verdict(),
            favoured,
            regret,
            "it is what the measured candidates lead to; the regret is what a perfect "
                + missing.stream().map(Missing::approach).collect(Collectors.joining(" and "))
                + " would gain");
    return new Finding(
        Verdict.INCONCLUSIVE,
        Optional.empty(),
        sentence(missing) + ", which could change the verdict. So far: " + found.reason(),
        found.gates(),
        found.comparisons(),
        Optional.of(leaning),
        Optional.empty());
  }

  /** Why what is missing is missing. */
  private static String sentence(List<Missing> missing) {
    List<String> clauses = new ArrayList<>();
    for (Why why : Why.values()) {
      List<String> approaches =
          missing.stream().filter(m -> m.why() == why).map(Missing::approach).toList();
      if (!approaches.isEmpty()) {
        clauses.add(why.of(String.join(" and ", approaches)));
      }
    }
    String text = String.join("; ", clauses);
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static double wrong(Finalist finalist) {
    long right = finalist.scores().marks().stream().filter(m -> m == TestScores.Mark.RIGHT).count();
    return 1 - (double) right / Math.max(1, finalist.scores().n());
  }

  /** The verdict in plain words. */
  static String summary(Finding finding) {
    String head =
        switch (finding.verdict()) {
          case PROMPT -> "A prompt does: use " + finding.recommended().orElseThrow() + ". ";
          case TUNE -> "Fine-tuning is worth it: use " + finding.recommended().orElseThrow() + ". ";
          case NEITHER, INCONCLUSIVE -> "";
        };
    String leaning =
        finding
            .leaning()
            .map(l -> " The estimates lean to " + l.verdict() + " (" + l.candidate() + ").")
            .orElse("");
    String more =
        finding
            .moreExamples()
            .map(m -> " About " + m.testExamples() + " further test examples would settle it.")
            .orElse("");
    return head + finding.reason() + leaning + more;
  }
}
