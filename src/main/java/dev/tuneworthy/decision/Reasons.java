package dev.tuneworthy.decision;

import dev.tuneworthy.policy.Gate;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Puts the numbers that carried a verdict into plain words. */
final class Reasons {
  private final VerdictRule rule;

  Reasons(VerdictRule rule) {
    this.rule = rule;
  }

  String of(Verdict verdict, int winner) {
    return switch (verdict) {
      case NEITHER ->
          "No approach meets the policy" + common() + ": " + String.join("; ", failures()) + ".";
      case PROMPT, TUNE -> chosen(winner);
      case INCONCLUSIVE -> "The evidence does not settle it: " + openQuestion() + ".";
    };
  }

  /** What is open, in the order of the finalists. */
  String openQuestion() {
    List<String> open = new ArrayList<>();
    int examples = rule.evidence().examples();
    if (examples < VerdictRule.FEWEST_EXAMPLES) {
      open.add(
          examples
              + " test examples are too few for any verdict, at least "
              + VerdictRule.FEWEST_EXAMPLES
              + " are needed");
    }
    List<Integer> inTheRunning = new ArrayList<>();
    for (int i = 0; i < rule.finalists().size(); i++) {
      String id = rule.finalists().get(i).id();
      boolean failed = false;
      for (GateResult gate : rule.gates(i)) {
        failed |= gate.status() == GateStatus.FAIL;
      }
      if (!failed) {
        inTheRunning.add(i);
        rule.gates(i).stream()
            .filter(gate -> gate.status() == GateStatus.UNKNOWN)
            .forEach(
                gate ->
                    open.add(
                        "%s of %s is open (%s, required %s)"
                            .formatted(gate.gate().label(), id, gate.observed(), gate.required())));
      }
    }
    open.addAll(undecided(inTheRunning));
    return open.isEmpty() ? "the finalists cannot be told apart" : String.join("; ", open);
  }

  private List<String> undecided(List<Integer> inTheRunning) {
    List<String> open = new ArrayList<>();
    if (inTheRunning.size() < 2) {
      return open;
    }
    Contest contest = rule.contest();
    List<Integer> byCost = contest.byCost(inTheRunning);
    List<Integer> challengers = byCost.subList(1, byCost.size());
    List<Contest.Challenge> challenges = contest.challenges(byCost.get(0), challengers);
    for (int i = 0; i < challengers.size(); i++) {
      if (challenges.get(i) == Contest.Challenge.UNDECIDED) {
        open.add(
            "whether %s is better than the cheaper %s %s"
                .formatted(
                    id(challengers.get(i)),
                    id(byCost.get(0)),
                    gain(challengers.get(i), byCost.get(0))));
      }
    }
    return open;
  }

  private String chosen(int winner) {
    Evidence evidence = rule.evidence();
    Policy policy = rule.policy();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s passes every gate: quality %s (minimum %s), %s USD over %d months",
            id(winner),
            percent(evidence.value(winner)),
            percent(policy.quality().minimum()),
            rule.overHorizon(winner).text(),
            policy.traffic().horizonMonths()));
    List<Integer> order =
        rule.contest().byCost(IntStream.range(0, rule.finalists().size()).boxed().toList());
    for (int other : order) {
      if (other != winner) {
        text.append("; ").append(against(winner, other, order));
      }
    }
    return text.append('.').toString();
  }

  private String against(int winner, int other, List<Integer> order) {
    List<String> failed = failures(other);
    if (!failed.isEmpty()) {
      return String.join("; ", failed);
    }
    boolean dearer = order.indexOf(other) > order.indexOf(winner);
    return dearer
        ? "the dearer " + id(other) + " is not shown to be worth it " + gain(other, winner)
        : "it is better than the cheaper " + id(other) + " " + gain(winner, other);
  }

  private String gain(int first, int second) {
    Evidence evidence = rule.evidence();
    return String.format(
        Locale.ROOT,
        "(%+.1f points, at most %+.1f; p %.3f; margin %.1f, worthwhile %.1f)",
        100 * evidence.difference(first, second),
        100 * evidence.upperDifference(first, second),
        evidence.pBetter(first, second),
        100 * rule.policy().quality().margin(),
        100 * rule.policy().quality().worthwhile(evidence.examples()));
  }

  /** The gates that nobody passes. */
  private String common() {
    Set<Gate> common = EnumSet.allOf(Gate.class);
    for (int i = 0; i < rule.finalists().size(); i++) {
      for (GateResult gate : rule.gates(i)) {
        if (gate.status() != GateStatus.FAIL) {
          common.remove(gate.gate());
        }
      }
    }
    boolean several = rule.finalists().size() > 1;
    return common.isEmpty() || !several
        ? ""
        : ", every finalist fails "
            + common.stream().map(Gate::label).collect(Collectors.joining(" and "));
  }

  private List<String> failures() {
    List<String> failures = new ArrayList<>();
    IntStream.range(0, rule.finalists().size()).forEach(i -> failures.addAll(failures(i)));
    return failures;
  }

  private List<String> failures(int finalist) {
    return rule.gates(finalist).stream()
        .filter(gate -> gate.status() == GateStatus.FAIL)
        .map(
            gate ->
                "%s fails %s (%s, required %s)"
                    .formatted(id(finalist), gate.gate().label(), gate.observed(), gate.required()))
        .toList();
  }

  private String id(int finalist) {
    return rule.finalists().get(finalist).id();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
