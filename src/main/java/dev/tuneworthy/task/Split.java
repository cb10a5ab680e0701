package dev.tuneworthy.task;

import java.util.Locale;

/** What an example may be used for. */
public enum Split {
  /** Demonstrations, training and nothing else. */
  TRAIN,
  /** Choosing between configurations. */
  DEV,
  /** Touched once, by finalists. */
  TEST;

  /** The lower-case name used in files and records. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
