/**
 * Intervals, paired tests, non-inferiority and power as pure functions of counts. Knows neither
 * tasks nor models; each function cites its source and states its assumptions.
 */
@NullMarked
package dev.tuneworthy.stats;

import org.jspecify.annotations.NullMarked;
