/** The durable queue: states, leases, retries, cancellation and resumption of long work. */
@NullMarked
package dev.tuneworthy.job;

import org.jspecify.annotations.NullMarked;
