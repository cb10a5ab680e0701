/**
 * Model files and where they come from: GGUF and safetensors readers, PEFT adapter folders, and the
 * model store that fetches, verifies and caches.
 */
@NullMarked
package dev.tuneworthy.checkpoint;

import org.jspecify.annotations.NullMarked;
