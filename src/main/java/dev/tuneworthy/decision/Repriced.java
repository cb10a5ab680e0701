package dev.tuneworthy.decision;

import java.util.List;
import java.util.Optional;

/**
 * A decision made anew from what was stored. The names of the components are those in JSON.
 *
 * @param before what had been decided
 * @param changes what is other than before, in sentences; empty where nothing is
 * @param decision the whole record as it is now
 */
public record Repriced(Before before, List<String> changes, DecisionRecord decision) {
  public Repriced {
    changes = List.copyOf(changes);
  }

  /** The verdict and who was recommended. */
  public record Before(Verdict verdict, Optional<String> recommended) {}
}
