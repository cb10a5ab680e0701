/**
 * Baseline suites: items that measure what the base model can do, grouped by capability, in a
 * choose form and a generate form; how they are read, how free answers are checked, and what makes
 * a suite useless ({@link dev.tuneworthy.suite.SuiteLint}). Read {@link
 * dev.tuneworthy.suite.BaselineSuite} first.
 */
@NullMarked
package dev.tuneworthy.suite;

import org.jspecify.annotations.NullMarked;
