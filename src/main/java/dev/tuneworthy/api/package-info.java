/** REST resources, their request and response records, problem details and events. */
@NullMarked
package dev.tuneworthy.api;

import org.jspecify.annotations.NullMarked;
