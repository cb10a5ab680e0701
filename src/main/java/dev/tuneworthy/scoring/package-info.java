/**
 * Whether an answer is right: scorers for each metric, and how outcomes are aggregated. A failure
 * is never a wrong answer. Read {@link dev.tuneworthy.scoring.Outcome} first.
 */
@NullMarked
package dev.tuneworthy.scoring;

import org.jspecify.annotations.NullMarked;
