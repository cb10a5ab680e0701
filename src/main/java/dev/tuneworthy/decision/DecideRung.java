package dev.tuneworthy.decision;

import dev.tuneworthy.decision.Confirmation.Confirmed;
import dev.tuneworthy.decision.DecisionRecord.Leaning;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.RetentionMeasurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The decide rung: the pure rule on what was confirmed, and nothing that was not shown. */
final class DecideRung {
  private final Climb climb;
  private final Pricing pricing;

  DecideRung(Climb climb, Pricing pricing) {
    this.climb = climb;
    this.pricing = pricing;
  }

  /**
   * The finalists as the rule wants them.
   *
   * @param retention by the ids of the candidates that it was measured for
   */
  List<Finalist> finalists(List<Confirmed> confirmed, Map<String, RetentionMeasurement> retention) {
    List<Finalist> finalists = new ArrayList<>();
    for (Confirmed each : confirmed) {
      Approach approach = each.candidate().approach();
      RetentionGate gate =
          approach.tuned()
              ? Optional.ofNullable(retention.get(each.candidate().id()))
                  .map(RetentionGate::of)
                  .orElse(DecideRung::notMeasured)
              : RetentionGate.NO_WEIGHTS_MOVED;
      finalists.add(
          new Finalist(
              each.candidate().id(),
              approach,
              TestScores.of(climb.task(), each.trial()),
              each.timing().map(Journal.Timing::millis).orElse(List.of()),
              pricing.of(each),
              gate));
    }
    return finalists;
  }

  /**
   * Decides.
   *
   * @param lost approaches of which the budget ended before a finalist was confirmed
   */
  Finding decide(List<Finalist> finalists, List<Approach> lost) {
    Policy policy = climb.request().policy();
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
        found.verdict() != Verdict.INCONCLUSIVE && StillOpen.couldChange(finalists, lost, policy);
    return open ? reopened(found, finalists, lost) : found;
  }

  /** What was not measured could turn the verdict: it stays a leaning. */
  private static Finding reopened(Finding found, List<Finalist> finalists, List<Approach> lost) {
    String missing = lost.stream().map(Approach::label).collect(Collectors.joining(" and "));
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
                + missing
                + " would gain");
    return new Finding(
        Verdict.INCONCLUSIVE,
        Optional.empty(),
        "The budget ended before "
            + missing
            + " was confirmed, which could change the verdict. So far: "
            + found.reason(),
        found.gates(),
        found.comparisons(),
        Optional.of(leaning),
        Optional.empty());
  }

  private static double wrong(Finalist finalist) {
    long right = finalist.scores().marks().stream().filter(m -> m == TestScores.Mark.RIGHT).count();
    return 1 - (double) right / Math.max(1, finalist.scores().n());
  }

  /** A gate that cannot fail says so also where nothing was measured. */
  private static GateResult notMeasured(Policy.Retention policy) {
    boolean cannotFail =
        policy.deployment() == Policy.Deployment.ROUTED
            && policy.misrouteRate() <= policy.pooledMargin()
            && policy.misrouteRate() <= policy.capabilityMargin()
            && policy.misroutedMargin().isEmpty();
    return cannotFail
        ? GateResult.notBinding(
            Gate.RETENTION,
            "not measured",
            "so little other traffic meets the adapter that no loss would reach a margin")
        : RetentionGate.notMeasured("retention was not measured").judge(policy);
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

  /** Quality on test with and without examples that resemble one of an earlier split. */
  Map<String, Object> withoutNearDuplicates(List<Confirmed> confirmed, Set<String> nearDuplicates) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Confirmed each : confirmed) {
      climb
          .trials()
          .without(each.trial(), nearDuplicates)
          .ifPresent(
              quality -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("n", quality.n());
                line.put("value", quality.value().orElse(0.0));
                values.put(each.candidate().id(), line);
              });
    }
    return values;
  }
}
