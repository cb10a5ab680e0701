package dev.tuneworthy.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of the list of decisions.
 *
 * @param verdict null until there is one
 */
public record DecisionSummary(
    String id, String taskName, String policyName, @Nullable Verdict verdict, Instant createdAt) {}
