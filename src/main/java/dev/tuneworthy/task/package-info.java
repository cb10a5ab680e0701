/**
 * A task as its owner states it: an instruction, examples in three splits, a metric, and optionally
 * a closed set of choices; how it is read from files, and what is wrong with its data. Read {@link
 * dev.tuneworthy.task.Task} first.
 */
@NullMarked
package dev.tuneworthy.task;

import org.jspecify.annotations.NullMarked;
