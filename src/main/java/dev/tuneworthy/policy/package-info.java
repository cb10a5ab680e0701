/**
 * What the owner accepts, read from YAML: goal, margins, retention, cost, latency, budget; and the
 * gates that hold a finalist against it.
 */
@NullMarked
package dev.tuneworthy.policy;

import org.jspecify.annotations.NullMarked;
