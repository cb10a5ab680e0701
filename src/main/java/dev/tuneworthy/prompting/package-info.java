/**
 * Candidates that need no training: zero-shot and few-shot prompts on the local model or on any
 * LangChain4j chat model.
 */
@NullMarked
package dev.tuneworthy.prompting;

import org.jspecify.annotations.NullMarked;
