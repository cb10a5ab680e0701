package dev.tuneworthy.decision;

import dev.tuneworthy.cost.Money;
import dev.tuneworthy.policy.Policy;
import java.util.Locale;

/**
 * Holds the ladder to what finding out may cost. While searching, what confirming the finalists is
 * expected to take is held back, so that a search that goes on too long does not leave the ladder
 * without evidence.
 */
final class Budget {
  /** The search is never left with less than this share, however dear the confirmation. */
  private static final double LEAST_FOR_SEARCH = 0.3;

  private final Policy.Budget limits;
  private final Spending spending;
  private double tokensFree;
  private double secondsFree;

  Budget(Policy.Budget limits, Spending spending) {
    this.limits = limits;
    this.spending = spending;
    release();
  }

  /** Holds back so much for later. */
  void reserve(double tokens, double seconds) {
    tokensFree = Math.max(limits.tokens() - tokens, LEAST_FOR_SEARCH * limits.tokens());
    secondsFree = Math.max(limitSeconds() - seconds, LEAST_FOR_SEARCH * limitSeconds());
  }

  /** Gives free what was held back. */
  void release() {
    tokensFree = limits.tokens();
    secondsFree = limitSeconds();
  }

  /**
   * @param underWay tokens of a piece of work that are not counted yet
   * @throws BudgetReached if nothing more may be spent now
   */
  void check(long underWay) {
    if (spending.tokens() + underWay >= tokensFree) {
      throw new BudgetReached("the budget of " + limits.tokens() + " tokens");
    }
    if (spending.seconds() >= secondsFree) {
      throw new BudgetReached(
          String.format(Locale.ROOT, "the budget of %.4g minutes", limitSeconds() / 60));
    }
    Money limit = new Money(limits.money());
    if (spending.money().amount().map(spent -> spent.compareTo(limit) >= 0).orElse(false)) {
      throw new BudgetReached("the budget of " + limit.text() + " USD");
    }
  }

  /** Whether a piece of work that takes about so much may still begin. */
  boolean roomFor(long tokens, double seconds) {
    return spending.tokens() + tokens < tokensFree && spending.seconds() + seconds < secondsFree;
  }

  private double limitSeconds() {
    return limits.time().toMillis() / 1000.0;
  }
}
