package dev.tuneworthy.suite;

/**
 * One thing that is wrong with a suite.
 *
 * @param refused whether the suite cannot be used as it is; otherwise a warning
 * @param check its name, as {@code near-duplicate}
 * @param where file and line of the item, or the file of the capability
 * @param message what was found, with what to do about it
 */
public record SuiteFinding(boolean refused, String check, String where, String message) {}
