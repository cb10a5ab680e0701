package dev.tuneworthy.decision;

import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.stats.PairedCounts;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What the test examples say about the finalists, which are numbered from 0. Differences are those
 * of the first named minus the second, on the items that both answered.
 */
interface Evidence {
  /** One-sided confidence of every bound. */
  double CONFIDENCE = 0.95;

  /** Test examples, answered or not. */
  int examples();

  /** Quality over the judged items; 0 where there is none. */
  double value(int finalist);

  int missing(int finalist);

  /** One-sided lower bound of quality, every missing item taken as wrong. */
  double lower(int finalist);

  /** One-sided upper bound of quality, every missing item taken as right. */
  double upper(int finalist);

  /** Two-sided 95 % interval of quality over the judged items. */
  Interval interval(int finalist);

  /** Items that both answered. */
  int paired(int first, int second);

  double difference(int first, int second);

  /** One-sided p-value against "the first is better". */
  double pBetter(int first, int second);

  /** One-sided upper bound of the difference. */
  double upperDifference(int first, int second);

  /** Two-sided 95 % interval of the difference. */
  Interval interval(int first, int second);

  /** Standard error of the difference, never 0. */
  double standardError(int first, int second);

  /** Standard error of a finalist's quality, never 0. */
  double standardError(int finalist);

  /** Who alone was right; empty for a metric that is no share of right answers. */
  Optional<PairedCounts> counts(int first, int second);

  /** The tests and intervals used, for the record. */
  String method();

  /**
   * This evidence plus that of more test examples, drawn from what can be believed of the finalists
   * after this evidence: first a truth, then the examples.
   */
  Evidence extended(int more, RandomGenerator random);
}
