package dev.tuneworthy.decision;

/**
 * Ends a rung because the budget is used up. Never leaves the package: the ladder then decides with
 * what it knows.
 */
final class BudgetReached extends RuntimeException {
  BudgetReached(String what) {
    super(what, null, false, false);
  }
}
