/**
 * The ladder from the cheapest rung up, the verdict with its evidence, and the decision record; the
 * product itself. Read {@link dev.tuneworthy.decision.DecisionRecord} first, then {@link
 * dev.tuneworthy.decision.VerdictRule}.
 */
@NullMarked
package dev.tuneworthy.decision;

import org.jspecify.annotations.NullMarked;
