/**
 * The local decoder, base or with an adapter, as an {@link dev.tuneworthy.evaluation.Answerer}:
 * what prompting and tuning have in common without knowing each other.
 */
@NullMarked
package dev.tuneworthy.local;

import org.jspecify.annotations.NullMarked;
