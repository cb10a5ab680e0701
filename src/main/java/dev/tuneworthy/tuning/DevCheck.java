package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.PeftAdapter;

/** Measures an adapter on the dev split, for early stopping. */
@FunctionalInterface
public interface DevCheck {
  /** Quality between 0 and 1; higher is better. */
  double quality(PeftAdapter adapter);
}
