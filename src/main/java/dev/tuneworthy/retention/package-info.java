/**
 * What the tuned model can no longer do: base against tuned on the baseline suites, item by item,
 * and the gate that holds the loss against limits. Knows neither policies nor decisions. Read
 * {@link dev.tuneworthy.retention.RetentionRule} first.
 */
@NullMarked
package dev.tuneworthy.retention;

import org.jspecify.annotations.NullMarked;
