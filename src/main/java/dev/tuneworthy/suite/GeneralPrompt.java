package dev.tuneworthy.suite;

/**
 * A message that stands for what a model is asked beside a task, to be answered by the base model
 * itself. Never an item of a baseline suite: what is trained on cannot show what is kept.
 *
 * @param family template family or topic
 */
public record GeneralPrompt(String id, String family, String chat) {}
