package dev.tuneworthy.task;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an example may be used for. */
public enum Split {
  /** Demonstrations, training and nothing else. */
  TRAIN,
  /** Choosing between configurations. */
  DEV,
  /** Touched once, by finalists. */
  TEST;

  /** The split of that name, without regard to case; {@code validation} is another name of dev. */
  public static Optional<Split> of(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return lower.equals("validation")
        ? Optional.of(DEV)
        : Arrays.stream(values()).filter(split -> split.label().equals(lower)).findFirst();
  }

  /** The lower-case name used in files and records. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
