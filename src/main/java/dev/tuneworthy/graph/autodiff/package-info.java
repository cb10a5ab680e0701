/** Reverse-mode differentiation of the typed graph: one table of rules and one walk. */
@NullMarked
package dev.tuneworthy.graph.autodiff;

import org.jspecify.annotations.NullMarked;
