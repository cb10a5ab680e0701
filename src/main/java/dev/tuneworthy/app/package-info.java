/** Wiring: producers, configuration and start-up checks. */
@NullMarked
package dev.tuneworthy.app;

import org.jspecify.annotations.NullMarked;
