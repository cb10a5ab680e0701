/** The decision record for people and pipelines: HTML, Markdown, JSON. */
@NullMarked
package dev.tuneworthy.report;

import org.jspecify.annotations.NullMarked;
