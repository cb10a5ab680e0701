package dev.tuneworthy.decision;

import dev.tuneworthy.policy.Policy;

/** A policy with one part replaced, to ask what would have been decided under it. */
record PolicyVariant(Policy base) {
  Policy traffic(Policy.Traffic traffic) {
    return of(traffic, base.quality(), base.retention());
  }

  Policy quality(Policy.Quality quality) {
    return of(base.traffic(), quality, base.retention());
  }

  Policy retention(Policy.Retention retention) {
    return of(base.traffic(), base.quality(), retention);
  }

  private Policy of(Policy.Traffic traffic, Policy.Quality quality, Policy.Retention retention) {
    return new Policy(
        base.name(),
        base.goal(),
        traffic,
        quality,
        retention,
        base.latencyP95(),
        base.maxCostPerMonth(),
        base.prices(),
        base.remoteExamples(),
        base.budget(),
        base.sha256());
  }
}
