package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.ModelRef;
import java.util.function.Supplier;

/**
 * The model that the prompts go to.
 *
 * @param source what opens it again: {@code provider:model}, or the name or path of a local one
 * @param opener opens it; the answerer's user closes it
 */
public record PromptModel(ModelRef ref, String source, Supplier<Answerer> opener) {}
