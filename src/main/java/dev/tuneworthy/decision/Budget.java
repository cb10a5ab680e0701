package dev.tuneworthy.decision;

import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.policy.Policy;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * Holds the ladder to what finding out may cost. While searching, what confirming the finalists is
 * expected to take is held back, so that a search that goes on too long does not leave the ladder
 * without evidence.
 */
final class Budget {
  /** The search is never left with less than this share, however dear the confirmation. */
  private static final BigDecimal LEAST_FOR_SEARCH = new BigDecimal("0.3");

  private final Policy.Budget limits;
  private final Spending spending;
  private double tokensFree;
  private double secondsFree;
  private Money moneyFree = Money.ZERO;

  Budget(Policy.Budget limits, Spending spending) {
    this.limits = limits;
    this.spending = spending;
    release();
  }

  /** Holds back so much for later; money that is unknown is not held back. */
  void reserve(double tokens, double seconds, Cost money) {
    double least = LEAST_FOR_SEARCH.doubleValue();
    tokensFree = Math.max(limits.tokens() - tokens, least * limits.tokens());
    secondsFree = Math.max(limitSeconds() - seconds, least * limitSeconds());
    Money limit = new Money(limits.money());
    Money free = money.amount().map(limit::minus).orElse(limit);
    Money atLeast = limit.times(LEAST_FOR_SEARCH);
    moneyFree = free.compareTo(atLeast) > 0 ? free : atLeast;
  }

  /** Gives free what was held back. */
  void release() {
    tokensFree = limits.tokens();
    secondsFree = limitSeconds();
    moneyFree = new Money(limits.money());
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
    if (!affords(spending.money())) {
      throw new BudgetReached("the budget of " + new Money(limits.money()).text() + " USD");
    }
  }

  /** Whether a piece of work that takes about so much may still begin. */
  boolean roomFor(long tokens, double seconds) {
    return spending.tokens() + tokens < tokensFree
        && spending.seconds() + seconds < secondsFree
        && affords(spending.money().plus(spending.prices().ofSeconds(seconds)));
  }

  /** Whether so much may have been spent; what nobody knows may. */
  private boolean affords(Cost spent) {
    return spent.amount().map(money -> money.compareTo(moneyFree) < 0).orElse(true);
  }

  private double limitSeconds() {
    return limits.time().toMillis() / 1000.0;
  }
}
