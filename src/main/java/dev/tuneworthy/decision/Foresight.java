package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.Leaning;
import dev.tuneworthy.decision.DecisionRecord.MoreExamples;
import dev.tuneworthy.policy.GateResult;
import dev.tuneworthy.policy.GateStatus;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * What can be said where the evidence does not settle the verdict: what the estimates favour, what
 * following them is expected to cost in quality, and how many more test examples would settle it.
 */
final class Foresight {
  /** Beyond this nobody collects examples for one decision. */
  static final int MOST_MORE = 20_000;

  /** Simulated runs for each number tried; the Monte-Carlo error of a share of 90 % is 2 points. */
  private static final int RUNS = 300;

  /**
   * Share of the runs that a number must settle. The promise is three in four; the rest makes up
   * for truths harder than what the examples so far let one believe (measured in the tests).
   */
  private static final double SETTLED = 0.90;

  /** The same where there are fewer examples than any verdict needs, which say little. */
  private static final double SETTLED_FROM_FEW = 0.95;

  private static final long SEED = 7;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final VerdictRule rule;

  Foresight(VerdictRule rule) {
    this.rule = rule;
  }

  /**
   * What the point estimates favour. Expected regret is the largest expected loss of quality
   * against any alternative that could turn out right: E[max(0, alternative &minus; favoured)],
   * normal around the estimates; against "nobody passes" it is the expected shortfall under the
   * minimum.
   */
  Leaning leaning(Set<Integer> possible) {
    int favoured = rule.contest().likelyWinner();
    double regret =
        IntStream.rangeClosed(Contest.NOBODY, rule.finalists().size() - 1)
            .filter(other -> other != favoured && (possible.contains(other) || mayPass(other)))
            .mapToDouble(other -> regret(favoured, other))
            .max()
            .orElse(0);
    boolean nobody = favoured == Contest.NOBODY;
    return new Leaning(
        rule.verdictFor(favoured),
        nobody ? "none" : rule.finalists().get(favoured).id(),
        regret,
        nobody
            ? "by its estimate no finalist passes every gate"
            : String.format(
                Locale.ROOT,
                "by the estimates it passes every gate and is the one to choose; choosing it anyway"
                    + " is expected to lose %.1f points of quality at most",
                100 * regret));
  }

  /**
   * The smallest number of further test examples after which the rule settles in 90 % of simulated
   * runs, each drawn from what can be believed after the examples so far; empty if no number up to
   * {@value #MOST_MORE} does, because something else is open or quality lies on a limit. Gates
   * other than quality stay as they are.
   */
  Optional<MoreExamples> moreExamples() {
    int fewest = Math.max(1, VerdictRule.FEWEST_EXAMPLES - rule.evidence().examples());
    int high = fewest;
    while (!settles(high)) {
      if (high >= MOST_MORE) {
        return Optional.empty();
      }
      high = Math.min(MOST_MORE, high * 2);
    }
    int low = Math.max(fewest - 1, high / 2);
    while (high - low > Math.max(1, high / 20)) {
      int middle = (low + high) / 2;
      if (settles(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Optional.of(new MoreExamples(high, new Reasons(rule).openQuestion()));
  }

  /** Whether this many more examples settle enough of the runs; stops when that is clear. */
  private boolean settles(int more) {
    SplittableRandom random = new SplittableRandom(SEED);
    boolean few = rule.evidence().examples() < VerdictRule.FEWEST_EXAMPLES;
    int needed = (int) Math.ceil((few ? SETTLED_FROM_FEW : SETTLED) * RUNS);
    int settled = 0;
    for (int run = 0; run < RUNS; run++) {
      if (settled >= needed || settled + RUNS - run < needed) {
        break;
      }
      Evidence extended = rule.evidence().extended(more, random.split());
      if (rule.with(extended).verdict() != Verdict.INCONCLUSIVE) {
        settled++;
      }
    }
    return settled >= needed;
  }

  private boolean mayPass(int finalist) {
    return finalist != Contest.NOBODY
        && rule.gates(finalist).stream()
            .map(GateResult::status)
            .noneMatch(status -> status == GateStatus.FAIL);
  }

  private double regret(int favoured, int other) {
    Evidence evidence = rule.evidence();
    double minimum = rule.policy().quality().minimum();
    if (other == Contest.NOBODY) {
      return positivePart(minimum - evidence.value(favoured), evidence.standardError(favoured));
    }
    if (favoured == Contest.NOBODY) {
      return positivePart(evidence.value(other) - minimum, evidence.standardError(other));
    }
    return positivePart(
        evidence.difference(other, favoured), evidence.standardError(other, favoured));
  }

  /** E[max(0, X)] for X normal: &sigma;&phi;(&mu;/&sigma;) + &mu;&Phi;(&mu;/&sigma;). */
  private static double positivePart(double mean, double error) {
    double z = mean / error;
    return error * NORMAL.density(z) + mean * NORMAL.cumulativeProbability(z);
  }
}
