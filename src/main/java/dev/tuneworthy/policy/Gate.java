package dev.tuneworthy.policy;

import java.util.Locale;

/** What every finalist is held against. */
public enum Gate {
  QUALITY,
  RETENTION,
  LATENCY,
  COST;

  /** The lower-case name used in records. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
