/**
 * The command line: commands, their help and their exit codes. Knows the domain by the interfaces
 * that a command is given ({@link dev.tuneworthy.cli.Workshop}), and neither HTTP nor a container.
 * Read {@link dev.tuneworthy.cli.Cli} first.
 */
@NullMarked
package dev.tuneworthy.cli;

import org.jspecify.annotations.NullMarked;
