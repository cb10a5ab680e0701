package dev.tuneworthy.decision;

import dev.tuneworthy.decision.SimulatedWorld.Entrant;
import dev.tuneworthy.policy.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What somebody decides who knows the truth of a round: of the entrants that truly pass, the
 * cheapest, unless a dearer one truly gains {@code worthwhile}; a true gain between {@code margin}
 * and {@code worthwhile} may be paid for or not, both are right.
 */
final class Oracle {
  /**
   * How far a truth must lie from a limit to be called clear, in true standard errors: a one-sided
   * 95 % bound is 1.65 of them from the estimate, and the estimate within 1.65 of the truth in 95 %
   * of the runs.
   */
  static final double CLEAR = 3.3;

  private static final double ROUNDING = 1e-9;

  private final SimulatedWorld world;
  private final double[] truth;
  private final double margin;
  private final double worthwhile;

  Oracle(SimulatedWorld world, double[] truth) {
    this.world = world;
    this.truth = truth;
    Policy.Quality quality = world.policy().quality();
    this.margin = quality.margin();
    this.worthwhile = quality.worthwhile(world.test());
  }

  /** The winners that are right; {@link Contest#NOBODY} alone where no entrant passes. */
  Set<Integer> right() {
    List<Integer> passing = passing();
    Set<Integer> winners = new TreeSet<>();
    if (passing.isEmpty()) {
      winners.add(Contest.NOBODY);
    } else {
      addWinners(passing, winners);
    }
    return winners;
  }

  Verdict verdictFor(int winner) {
    return winner == Contest.NOBODY
        ? Verdict.NEITHER
        : world.entrants().get(winner).approach().tuned() ? Verdict.TUNE : Verdict.PROMPT;
  }

  /** Entrants that truly pass every gate, by what they truly cost. */
  List<Integer> passing() {
    return IntStream.range(0, truth.length)
        .filter(i -> truth[i] >= world.policy().quality().minimum() - ROUNDING)
        .filter(this::retains)
        .boxed()
        .sorted(Comparator.comparing(i -> world.entrants().get(i).perRequest()))
        .toList();
  }

  /** Whether every question that decides this round is clear. */
  boolean clear() {
    double minimum = world.policy().quality().minimum();
    for (int i = 0; i < truth.length; i++) {
      Entrant each = world.entrants().get(i);
      boolean far =
          minimum <= 0 || Math.abs(truth[i] - minimum) >= CLEAR * world.standardError(truth[i]);
      if (!far || !each.priced() || !each.retention().map(SimulatedRetention::clear).orElse(true)) {
        return false;
      }
    }
    List<Integer> passing = passing();
    for (int cheap = 0; cheap < passing.size(); cheap++) {
      for (int dear = cheap + 1; dear < passing.size(); dear++) {
        if (!clear(passing.get(dear), passing.get(cheap))) {
          return false;
        }
      }
    }
    return world.failures() == 0;
  }

  /** Whether a dearer entrant with no true gain over a cheaper passing one was chosen. */
  boolean paysForNothing(int chosen) {
    List<Integer> passing = passing();
    int at = passing.indexOf(chosen);
    return passing.subList(0, Math.max(0, at)).stream().anyMatch(c -> gain(chosen, c) <= ROUNDING);
  }

  /** Whether there is a dearer passing entrant whose true gain is at least worthwhile. */
  boolean missesMuch(int chosen) {
    List<Integer> passing = passing();
    int at = passing.indexOf(chosen);
    return at >= 0
        && passing.subList(at + 1, passing.size()).stream()
            .anyMatch(d -> gain(d, chosen) >= worthwhile - ROUNDING);
  }

  /** Whether the first question can be put: some dearer entrant gains nothing. */
  boolean couldPayForNothing() {
    return passing().stream().anyMatch(this::paysForNothing);
  }

  boolean couldMissMuch() {
    return passing().stream().anyMatch(this::missesMuch);
  }

  double gain(int first, int second) {
    return truth[first] - truth[second];
  }

  private boolean clear(int dear, int cheap) {
    double far = CLEAR * world.standardError(truth[dear], truth[cheap]);
    double gain = gain(dear, cheap);
    return gain >= margin + far || gain <= worthwhile - far;
  }

  private boolean retains(int entrant) {
    Policy.Retention limits = world.policy().retention();
    return world
        .entrants()
        .get(entrant)
        .retention()
        .map(truly -> truly.holds(limits.pooledMargin(), limits.capabilityMargin()))
        .orElse(true);
  }

  private void addWinners(List<Integer> byCost, Set<Integer> winners) {
    int incumbent = byCost.get(0);
    List<Integer> challengers = byCost.subList(1, byCost.size());
    List<Integer> must =
        challengers.stream().filter(d -> gain(d, incumbent) >= worthwhile - ROUNDING).toList();
    List<Integer> may =
        challengers.stream()
            .filter(d -> gain(d, incumbent) >= margin - ROUNDING && !must.contains(d))
            .toList();
    for (int some = 0; some < 1 << may.size(); some++) {
      int bits = some;
      List<Integer> successful = new ArrayList<>(challengers);
      successful.removeIf(
          d -> !must.contains(d) && !(may.contains(d) && (bits >> may.indexOf(d) & 1) == 1));
      if (successful.isEmpty()) {
        winners.add(incumbent);
      } else {
        addWinners(successful, winners);
      }
    }
  }
}
