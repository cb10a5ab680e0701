package dev.tuneworthy.prompting;

import java.util.Locale;

/** How demonstrations are drawn from the training split. */
public enum Selection {
  /** Without regard to their answers. */
  RANDOM,
  /** As evenly over the answers as their number allows. */
  BALANCED;

  /** The lower-case name used in candidate ids and records. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
