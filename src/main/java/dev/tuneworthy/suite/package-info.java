/**
 * Baseline suites: items that measure what the base model can do, grouped by capability, in a
 * choose form and a generate form; how they are read, and how free answers are checked. Read {@link
 * dev.tuneworthy.suite.BaselineSuite} first.
 */
@NullMarked
package dev.tuneworthy.suite;

import org.jspecify.annotations.NullMarked;
