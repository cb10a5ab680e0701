/**
 * Model files and where they come from: GGUF and safetensors readers that give the same named
 * float32 tensors, PEFT adapter folders, and the store that fetches, verifies and caches. Files are
 * memory-mapped, and every count and offset in them is checked before anything follows it. Knows
 * nothing of what the tensors compute. Read {@link dev.tuneworthy.checkpoint.Checkpoint} first,
 * then {@link dev.tuneworthy.checkpoint.GgufFile} for a format and {@link
 * dev.tuneworthy.checkpoint.ModelStore} for where files come from.
 */
@NullMarked
package dev.tuneworthy.checkpoint;

import org.jspecify.annotations.NullMarked;
