package dev.tuneworthy.runtime;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.Locale;

/** Where graphs are to run, as configured. */
public enum ProviderChoice {
  /** CUDA where it loads, else the CPU. */
  AUTO,
  CPU,
  /** CUDA or an error with the reason. */
  CUDA;

  /** Reads the configured word. */
  public static ProviderChoice parse(String word) {
    for (ProviderChoice choice : values()) {
      if (choice.name().equals(word.toUpperCase(Locale.ROOT))) {
        return choice;
      }
    }
    throw ServiceException.of(
        ErrorCode.BAD_USAGE,
        "execution provider",
        "auto, cpu or cuda",
        "'" + word + "'",
        "Set tuneworthy.provider (TUNEWORTHY_PROVIDER) to one of them.");
  }
}
