package dev.tuneworthy.decision;

import dev.tuneworthy.cost.Money;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.stats.Holm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Who wins among the finalists, in every way in which what is open could turn out: UNKNOWN gates,
 * undecided pairs, and the order of unknown costs. The cheapest finalist that passes is the
 * incumbent C, each dearer one D challenges it:
 *
 * <ul>
 *   <li>D wins if the one-sided test, adjusted over the challengers (Holm), is at most {@value
 *       #LEVEL} and the observed gain is at least {@code margin}.
 *   <li>C stays if the one-sided 95 % upper bound of D &minus; C is under {@code worthwhile}.
 *   <li>Otherwise the pair is undecided, as it is where fewer than 95 % of the examples were
 *       answered by both.
 * </ul>
 *
 * Where several challengers win, they contest among themselves by the same rule. Under the goal
 * {@code best} any shown gain wins (the margin is 0) and C stays only where a gain of {@code
 * margin} can be ruled out: cost decides between equals alone.
 */
final class Contest {
  /** Stands for "no finalist passes". */
  static final int NOBODY = -1;

  /**
   * So that a dearer one without a gain is chosen in at most 5 % of the cases: mid-p p-values pass
   * their level by a little at times (Fagerland, Lydersen and Laake 2013; {@link ExactCoverage}
   * finds 5.005 % at a level of 5 %), and where the effect of clusters is estimated by a little
   * more (5.1 % of 60,000 simulated rounds).
   */
  static final double LEVEL = 0.045;

  static final double LEAST_PAIRED = 0.95;

  /** Rounding must not decide whether a gain of exactly the margin counts. */
  private static final double ROUNDING = 1e-9;

  /** How a challenger stands against the incumbent. */
  enum Challenge {
    WINS,
    FAILS,
    UNDECIDED
  }

  /**
   * What the contest knows of a finalist besides the evidence.
   *
   * @param status all gates together
   * @param likely whether point estimates hold every gate
   * @param cost over the horizon; empty where unknown
   */
  record Contender(GateStatus status, boolean likely, Optional<Money> cost) {}

  private final List<Contender> contenders;
  private final Evidence evidence;
  private final double margin;
  private final double worthwhile;

  /**
   * @param contenders in the order that decides between equal costs, simplest first
   */
  Contest(List<Contender> contenders, Evidence evidence, Policy policy) {
    this.contenders = List.copyOf(contenders);
    this.evidence = evidence;
    boolean best = policy.goal() == Policy.Goal.BEST;
    this.margin = best ? 0 : policy.quality().margin();
    this.worthwhile =
        best ? policy.quality().margin() : policy.quality().worthwhile(evidence.examples());
  }

  /** Everyone who could turn out the winner, {@link #NOBODY} included. */
  Set<Integer> possibleWinners() {
    List<Integer> unknown = with(GateStatus.UNKNOWN);
    Set<Integer> winners = new TreeSet<>();
    for (int some = 0; some < 1 << unknown.size(); some++) {
      List<Integer> passing = new ArrayList<>(with(GateStatus.PASS));
      passing.addAll(chosen(unknown, some));
      if (passing.isEmpty()) {
        winners.add(NOBODY);
      }
      orders(passing).forEach(order -> addWinners(order, winners));
    }
    return winners;
  }

  /** The winner where UNKNOWN gates fail, undecided challengers lose, unknown costs are highest. */
  int cautiousWinner() {
    List<Integer> passing = byCost(with(GateStatus.PASS));
    return single(passing, false);
  }

  /** The winner by point estimates alone; unknown costs are highest. */
  int likelyWinner() {
    List<Integer> passing = new ArrayList<>(with(GateStatus.PASS));
    with(GateStatus.UNKNOWN).stream().filter(i -> contenders.get(i).likely()).forEach(passing::add);
    return single(byCost(passing), true);
  }

  /** How each of some finalists stands against the incumbent; all at once, for the adjustment. */
  List<Challenge> challenges(int incumbent, List<Integer> challengers) {
    List<Double> adjusted =
        Holm.adjust(challengers.stream().map(d -> evidence.pBetter(d, incumbent)).toList());
    return IntStream.range(0, challengers.size())
        .mapToObj(i -> challenge(incumbent, challengers.get(i), adjusted.get(i)))
        .toList();
  }

  /** The finalists by cost, unknown costs last; among equals the simpler first. */
  List<Integer> byCost(List<Integer> some) {
    return some.stream()
        .sorted(
            Comparator.comparing((Integer i) -> contenders.get(i).cost().isEmpty())
                .thenComparing(i -> contenders.get(i).cost().orElse(Money.ZERO))
                .thenComparing(i -> i))
        .toList();
  }

  private Challenge challenge(int incumbent, int challenger, double adjusted) {
    if (evidence.paired(challenger, incumbent) < LEAST_PAIRED * evidence.examples()) {
      return Challenge.UNDECIDED;
    }
    double gain = evidence.difference(challenger, incumbent);
    if (adjusted <= LEVEL && gain >= margin - ROUNDING) {
      return Challenge.WINS;
    }
    return evidence.upperDifference(challenger, incumbent) < worthwhile
        ? Challenge.FAILS
        : Challenge.UNDECIDED;
  }

  private void addWinners(List<Integer> order, Set<Integer> winners) {
    int incumbent = order.get(0);
    List<Integer> challengers = order.subList(1, order.size());
    List<Challenge> challenges = challenges(incumbent, challengers);
    List<Integer> undecided = new ArrayList<>();
    for (int i = 0; i < challengers.size(); i++) {
      if (challenges.get(i) == Challenge.UNDECIDED) {
        undecided.add(challengers.get(i));
      }
    }
    for (int some = 0; some < 1 << undecided.size(); some++) {
      List<Integer> lucky = chosen(undecided, some);
      List<Integer> successful = new ArrayList<>();
      for (int i = 0; i < challengers.size(); i++) {
        if (challenges.get(i) == Challenge.WINS || lucky.contains(challengers.get(i))) {
          successful.add(challengers.get(i));
        }
      }
      if (successful.isEmpty()) {
        winners.add(incumbent);
      } else {
        addWinners(successful, winners);
      }
    }
  }

  private int single(List<Integer> order, boolean byEstimate) {
    if (order.isEmpty()) {
      return NOBODY;
    }
    int incumbent = order.get(0);
    List<Integer> challengers = order.subList(1, order.size());
    List<Challenge> challenges = challenges(incumbent, challengers);
    List<Integer> successful = new ArrayList<>();
    for (int i = 0; i < challengers.size(); i++) {
      int challenger = challengers.get(i);
      double gain = evidence.difference(challenger, incumbent);
      boolean likely =
          byEstimate && challenges.get(i) == Challenge.UNDECIDED && gain > 0 && gain >= margin;
      if (challenges.get(i) == Challenge.WINS || likely) {
        successful.add(challenger);
      }
    }
    return successful.isEmpty() ? incumbent : single(successful, byEstimate);
  }

  private List<Integer> with(GateStatus status) {
    return IntStream.range(0, contenders.size())
        .filter(i -> contenders.get(i).status() == status)
        .boxed()
        .toList();
  }

  /** Every order by cost that the known costs allow: one, if all are known. */
  private List<List<Integer>> orders(List<Integer> some) {
    List<List<Integer>> orders = new ArrayList<>();
    List<Integer> known = new ArrayList<>(byCost(some));
    known.removeIf(i -> contenders.get(i).cost().isEmpty());
    if (!some.isEmpty()) {
      orders.add(known);
    }
    for (int i : some) {
      if (contenders.get(i).cost().isEmpty()) {
        orders = inserted(i, orders);
      }
    }
    return orders;
  }

  private static List<List<Integer>> inserted(int finalist, List<List<Integer>> orders) {
    List<List<Integer>> longer = new ArrayList<>();
    for (List<Integer> order : orders) {
      for (int position = 0; position <= order.size(); position++) {
        List<Integer> next = new ArrayList<>(order);
        next.add(position, finalist);
        longer.add(next);
      }
    }
    return longer;
  }

  private static List<Integer> chosen(List<Integer> from, int bits) {
    return IntStream.range(0, from.size())
        .filter(i -> (bits >> i & 1) == 1)
        .mapToObj(from::get)
        .toList();
  }
}
