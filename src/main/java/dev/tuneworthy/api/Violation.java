package dev.tuneworthy.api;

/**
 * One thing that is wrong with a request.
 *
 * @param field path of the field, empty for the whole body
 */
public record Violation(String field, String message) {}
