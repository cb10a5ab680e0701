/**
 * The commands, their help and their exit codes.
 */
@NullMarked
package dev.tuneworthy.cli;

import org.jspecify.annotations.NullMarked;
