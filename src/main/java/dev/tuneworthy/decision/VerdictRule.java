package dev.tuneworthy.decision;

import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.decision.Contest.Contender;
import dev.tuneworthy.decision.DecisionRecord.ComparisonPart;
import dev.tuneworthy.decision.DecisionRecord.GatePart;
import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Gates;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.stats.PairedCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The verdict from what was measured, by a pure rule that calls no model. Gates come first, by
 * bounds. Among the finalists that pass, {@link Contest} tries every way in which what is open
 * could turn out. If all lead to the same approach that is the verdict, if not it is INCONCLUSIVE;
 * with fewer than {@value #FEWEST_EXAMPLES} test examples it always is.
 */
public final class VerdictRule {
  public static final int FEWEST_EXAMPLES = 30;

  /** More finalists would take the enumeration beyond what is worth waiting for. */
  public static final int MOST_FINALISTS = 6;

  private final List<Finalist> finalists;
  private final Policy policy;
  private final Evidence evidence;

  /** For each finalist the gates that test examples do not touch: retention, latency, cost. */
  private final List<List<GateResult>> fixed;

  private VerdictRule(
      List<Finalist> finalists, Policy policy, Evidence evidence, List<List<GateResult>> fixed) {
    this.finalists = finalists;
    this.policy = policy;
    this.evidence = evidence;
    this.fixed = fixed;
  }

  /**
   * Decides.
   *
   * @param finalists 1 to {@value #MOST_FINALISTS}, all scored on the same test examples, by one
   *     metric
   */
  public static Finding decide(List<Finalist> finalists, Policy policy) {
    VerdictRule rule = of(finalists, policy);
    Set<Integer> possible = rule.contest().possibleWinners();
    Verdict verdict = rule.verdict(possible);
    boolean settled = verdict != Verdict.INCONCLUSIVE;
    int winner = rule.contest().cautiousWinner();
    Optional<String> recommended =
        settled && winner != Contest.NOBODY
            ? Optional.of(rule.finalists.get(winner).id())
            : Optional.empty();
    Foresight foresight = new Foresight(rule);
    return new Finding(
        verdict,
        recommended,
        new Reasons(rule).of(verdict, winner),
        rule.gateParts(),
        rule.comparisons(),
        settled ? Optional.empty() : Optional.of(foresight.leaning(possible)),
        settled ? Optional.empty() : foresight.moreExamples());
  }

  /** The rule before it is applied, its finalists ordered from the simplest approach up. */
  static VerdictRule of(List<Finalist> finalists, Policy policy) {
    check(finalists);
    List<Finalist> ordered =
        finalists.stream()
            .sorted(Comparator.comparing(Finalist::approach).thenComparing(Finalist::id))
            .toList();
    List<TestScores> scores = ordered.stream().map(Finalist::scores).toList();
    Evidence evidence =
        scores.get(0).labels().isPresent() ? DrawnEvidence.of(scores) : CountedEvidence.of(scores);
    return new VerdictRule(ordered, policy, evidence, fixed(ordered, policy));
  }

  /**
   * The same evidence under another policy or with other costs; nothing is drawn or counted anew.
   */
  VerdictRule with(Policy other, List<Finalist> others) {
    return new VerdictRule(others, other, evidence, fixed(others, other));
  }

  VerdictRule with(Evidence other) {
    return new VerdictRule(finalists, policy, other, fixed);
  }

  List<Finalist> finalists() {
    return finalists;
  }

  Policy policy() {
    return policy;
  }

  Evidence evidence() {
    return evidence;
  }

  Verdict verdict() {
    return evidence.examples() < FEWEST_EXAMPLES
        ? Verdict.INCONCLUSIVE
        : verdict(contest().possibleWinners());
  }

  Verdict verdict(Set<Integer> possible) {
    if (evidence.examples() < FEWEST_EXAMPLES) {
      return Verdict.INCONCLUSIVE;
    }
    Set<Verdict> verdicts = possible.stream().map(this::verdictFor).collect(Collectors.toSet());
    return verdicts.size() == 1 ? verdicts.iterator().next() : Verdict.INCONCLUSIVE;
  }

  Verdict verdictFor(int winner) {
    return winner == Contest.NOBODY ? Verdict.NEITHER : finalists.get(winner).verdict();
  }

  Contest contest() {
    List<Contender> contenders = new ArrayList<>();
    for (int i = 0; i < finalists.size(); i++) {
      GateStatus status =
          Gates.quality(policy.quality(), evidence.lower(i), evidence.upper(i))
              .and(GateStatus.PASS);
      boolean likely = evidence.value(i) >= policy.quality().minimum();
      for (GateResult gate : fixed.get(i)) {
        status = status.and(gate.status());
        likely &= gate.likely();
      }
      contenders.add(new Contender(status, likely, overHorizon(i).amount()));
    }
    return new Contest(contenders, evidence, policy);
  }

  /** All four gates of a finalist. */
  List<GateResult> gates(int finalist) {
    List<GateResult> gates = new ArrayList<>();
    gates.add(
        Gates.quality(
            policy.quality(),
            evidence.value(finalist),
            evidence.lower(finalist),
            evidence.upper(finalist),
            evidence.examples(),
            evidence.missing(finalist)));
    gates.addAll(fixed.get(finalist));
    return gates;
  }

  private static List<List<GateResult>> fixed(List<Finalist> finalists, Policy policy) {
    return finalists.stream().map(finalist -> fixed(finalist, policy)).toList();
  }

  private static List<GateResult> fixed(Finalist finalist, Policy policy) {
    GateResult retention = finalist.retention().judge(policy.retention());
    if (retention.gate() != Gate.RETENTION) {
      throw new IllegalArgumentException(
          "the retention of " + finalist.id() + " judged " + retention);
    }
    return List.of(
        retention,
        Gates.latency(policy.latencyP95(), finalist.latencyMillis()),
        Gates.cost(policy, finalist.cost().perMonth(policy.traffic().requestsPerMonth())));
  }

  Cost overHorizon(int finalist) {
    Policy.Traffic traffic = policy.traffic();
    return finalists
        .get(finalist)
        .cost()
        .overHorizon(traffic.requestsPerMonth(), traffic.horizonMonths());
  }

  private List<GatePart> gateParts() {
    List<GatePart> parts = new ArrayList<>();
    for (int i = 0; i < finalists.size(); i++) {
      for (GateResult gate : gates(i)) {
        parts.add(
            new GatePart(
                finalists.get(i).id(),
                gate.gate().label(),
                gate.status().name(),
                gate.observed(),
                gate.required(),
                gate.reason()));
      }
    }
    return parts;
  }

  /** Every pair, the dearer first. */
  private List<ComparisonPart> comparisons() {
    List<Integer> byCost = contest().byCost(IntStream.range(0, finalists.size()).boxed().toList());
    List<ComparisonPart> parts = new ArrayList<>();
    for (int cheap = 0; cheap < byCost.size(); cheap++) {
      for (int dear = cheap + 1; dear < byCost.size(); dear++) {
        parts.add(comparison(byCost.get(dear), byCost.get(cheap)));
      }
    }
    return parts;
  }

  private ComparisonPart comparison(int first, int second) {
    Interval interval = evidence.interval(first, second);
    Optional<PairedCounts> counts = evidence.counts(first, second);
    return new ComparisonPart(
        finalists.get(first).id(),
        finalists.get(second).id(),
        evidence.difference(first, second),
        interval.low(),
        interval.high(),
        evidence.pBetter(first, second),
        counts.map(PairedCounts::onlyFirst).orElse(0),
        counts.map(PairedCounts::onlySecond).orElse(0),
        evidence.paired(first, second),
        evidence.method());
  }

  private static void check(List<Finalist> finalists) {
    if (finalists.isEmpty() || finalists.size() > MOST_FINALISTS) {
      throw new IllegalArgumentException(
          "1 to " + MOST_FINALISTS + " finalists, not " + finalists.size());
    }
    TestScores first = finalists.get(0).scores();
    Set<String> ids = new LinkedHashSet<>();
    for (Finalist each : finalists) {
      if (each.scores().n() != first.n()
          || each.scores().labels().isPresent() != first.labels().isPresent()) {
        throw new IllegalArgumentException(
            each.id() + " was not scored on the same examples by the same metric");
      }
      if (!ids.add(each.id())) {
        throw new IllegalArgumentException("two finalists are called " + each.id());
      }
    }
  }
}
