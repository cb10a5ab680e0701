/**
 * Baseline suites: items that measure what the base model can do, grouped by capability, in a
 * choose form and a generate form.
 */
@NullMarked
package dev.tuneworthy.suite;

import org.jspecify.annotations.NullMarked;
