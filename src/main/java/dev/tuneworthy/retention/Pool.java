package dev.tuneworthy.retention;

import dev.tuneworthy.stats.Tango;
import java.util.List;

/**
 * The test items of all capabilities that count.
 *
 * @param effect of template families on their drop
 */
record Pool(Tally tally, double effect) {
  static Pool of(RetentionMeasurement.Mode measured) {
    List<PairedItem> items =
        measured.capabilities().stream()
            .filter(capability -> capability.tally().aboveChance())
            .flatMap(capability -> capability.test().stream())
            .toList();
    return new Pool(Tally.of(items), Clusters.effect(items));
  }

  /** From what was counted of each capability. */
  static Pool of(List<CapabilityTally> capabilities, double effect) {
    Tally tally =
        capabilities.stream()
            .filter(CapabilityTally::aboveChance)
            .map(CapabilityTally::test)
            .reduce(Tally.NONE, Tally::plus);
    return new Pool(tally, effect);
  }

  /** The drop is at most this, with 95 % confidence. */
  double upper() {
    return Tango.upper(tally.counts(), RetentionRule.CONFIDENCE, effect);
  }

  /** The drop is at least this, with 95 % confidence. */
  double lower() {
    return Tango.lower(tally.counts(), RetentionRule.CONFIDENCE, effect);
  }

  /** How many independent items would say as much. */
  int worth() {
    return (int) Math.round(tally.n() / effect);
  }
}
