package dev.tuneworthy.suite;

/** A message for the chat template, and what its answer must fulfil. */
public record GenerateForm(String chat, AnswerCheck check) {}
