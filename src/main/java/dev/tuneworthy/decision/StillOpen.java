package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.Policy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Whether a candidate that was never measured could have changed the verdict: the rule is asked
 * again with the best one conceivable, right on every test example, its other gates open both ways.
 */
final class StillOpen {
  /** So many requests a second that the fewest replicas suffice at any volume. */
  private static final double NO_LIMIT = 1e6;

  private static final Money A_CENT = Money.of("0.01");

  private StillOpen() {}

  /**
   * @param known at least one finalist, all measured
   * @param unknown approaches of which no finalist was measured
   */
  static boolean couldChange(List<Finalist> known, List<Approach> unknown, Policy policy) {
    if (unknown.isEmpty()) {
      return false;
    }
    List<Finalist> all = new ArrayList<>(known);
    unknown.forEach(approach -> all.add(perfect(approach, known)));
    return VerdictRule.of(all, policy).verdict() != VerdictRule.of(known, policy).verdict();
  }

  private static Finalist perfect(Approach approach, List<Finalist> known) {
    TestScores like = known.get(0).scores();
    TestScores scores =
        new TestScores(
            Collections.nCopies(like.n(), TestScores.Mark.RIGHT),
            like.labels()
                .map(labels -> new TestScores.Labels(labels.expected(), labels.expected())),
            like.clusters());
    return new Finalist(
        "the best conceivable " + approach.label(),
        approach,
        scores,
        List.of(),
        cost(known),
        approach.tuned()
            ? RetentionGate.notMeasured("no such candidate was measured")
            : RetentionGate.NO_WEIGHTS_MOVED);
  }

  /**
   * On own hardware at least the fewest replicas, and more once than what is known, for training
   * comes on top of the search. Else unknown, which leaves every order by cost possible.
   */
  private static ApproachCost cost(List<Finalist> known) {
    ApproachCost dearest = known.get(0).cost();
    for (Finalist each : known) {
      if (!(each.cost().serving() instanceof Serving.ByHour)) {
        return new ApproachCost(new Serving.Unpriced("nothing was measured"), Cost.zero());
      }
      if (more(each.cost().once(), dearest.once())) {
        dearest = each.cost();
      }
    }
    Serving.ByHour serving = (Serving.ByHour) dearest.serving();
    return new ApproachCost(
        new Serving.ByHour(serving.hosting(), NO_LIMIT), dearest.once().plus(Cost.of(A_CENT)));
  }

  private static boolean more(Cost one, Cost other) {
    Money least = Money.of("-1");
    return one.amount().orElse(least).compareTo(other.amount().orElse(least)) > 0;
  }
}
