/**
 * Money, token usage, prices, and what an approach costs over a horizon. Decimal throughout; an
 * unknown price stays unknown and is never zero.
 */
@NullMarked
package dev.tuneworthy.cost;

import org.jspecify.annotations.NullMarked;
