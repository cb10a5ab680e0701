/**
 * What the tuned model can no longer do: base against tuned on the baseline suites, item by item.
 */
@NullMarked
package dev.tuneworthy.retention;

import org.jspecify.annotations.NullMarked;
