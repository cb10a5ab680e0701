package dev.tuneworthy.decoder;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.Arrays;
import java.util.Locale;

/** How the frozen weights are held and multiplied; adapters and everything else stay float32. */
public enum Precision {
  /** As the checkpoint says, expanded. The reference. */
  FLOAT32,

  /**
   * 8 bits with one scale for each output, activations rounded to 8 bits with one scale for each
   * row (Dettmers et al. 2022 without its exception for outliers): fast over many rows. Embedding
   * and head stay float32.
   */
  INT8,

  /**
   * 4 bits in blocks of 32 with a scale and a minimum, as GGUF's Q4_0 and Q4_1 have them, the
   * embedding and the head 8 bits in blocks of 32: small, and fast over a single row. Cannot be
   * trained on.
   */
  Q4;

  /** As records and settings say it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether weights that are held so can be trained on in a precision. */
  public boolean trains(Precision training) {
    return training != Q4 && (this == FLOAT32 || this == training);
  }

  /** Reads the configured word. */
  public static Precision parse(String word) {
    return Arrays.stream(values())
        .filter(precision -> precision.label().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                ServiceException.of(
                    ErrorCode.BAD_USAGE,
                    "precision",
                    "float32, int8 or q4",
                    "'" + word + "'",
                    "Give one of them: in TUNEWORTHY_PRECISION, TUNEWORTHY_TRAINING_PRECISION or"
                        + " --tuned-precision."));
  }
}
