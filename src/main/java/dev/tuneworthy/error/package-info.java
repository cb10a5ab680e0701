/**
 * The error catalogue: every fault that a user, an operator or a pipeline can meet has a code,
 * every code a kind, and the kind decides the HTTP status and the exit code. Knows nothing else.
 * Read {@link dev.tuneworthy.error.ServiceException} first.
 */
@NullMarked
package dev.tuneworthy.error;

import org.jspecify.annotations.NullMarked;
