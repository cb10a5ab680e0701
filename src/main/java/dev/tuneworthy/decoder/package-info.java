/**
 * The decoder-only transformer: its configuration as a graph, tokenizer, chat template, generation,
 * choice scoring and the prefix cache.
 */
@NullMarked
package dev.tuneworthy.decoder;

import org.jspecify.annotations.NullMarked;
