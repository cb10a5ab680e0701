/**
 * What is compared and how: a candidate, the trial of a candidate on a split, the runner that
 * treats all candidates alike, and the result cache. Knows neither prompting nor tuning. Read
 * {@link dev.tuneworthy.evaluation.Candidate} first.
 */
@NullMarked
package dev.tuneworthy.evaluation;

import org.jspecify.annotations.NullMarked;
