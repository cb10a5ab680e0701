package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import java.nio.file.Path;

/** What {@code --candidate} names. */
sealed interface CandidateSpec {
  record ZeroShot() implements CandidateSpec {}

  record FewShot(ShotPlan plan) implements CandidateSpec {}

  record Lora(Path adapter) implements CandidateSpec {}

  /** {@code zero-shot}, {@code few-shot:k=8[,balanced][,seed=2]} or {@code lora:FOLDER}. */
  static CandidateSpec parse(String text) {
    if (text.equals("zero-shot")) {
      return new ZeroShot();
    }
    if (text.startsWith("lora:") && text.length() > "lora:".length()) {
      return new Lora(Path.of(text.substring("lora:".length())));
    }
    if (text.startsWith("few-shot:")) {
      return new FewShot(plan(text));
    }
    throw wrong(text);
  }

  private static ShotPlan plan(String text) {
    int k = 0;
    long seed = 0;
    Selection selection = Selection.RANDOM;
    for (String part : text.substring("few-shot:".length()).split(",", -1)) {
      try {
        if (part.startsWith("k=")) {
          k = Integer.parseInt(part.substring(2));
        } else if (part.startsWith("seed=")) {
          seed = Long.parseLong(part.substring(5));
        } else if (part.equals("balanced")) {
          selection = Selection.BALANCED;
        } else if (!part.equals("random")) {
          throw wrong(text);
        }
      } catch (NumberFormatException e) {
        throw wrong(text);
      }
    }
    if (k < 1 || k > ShotPlan.MOST) {
      throw wrong(text);
    }
    return new ShotPlan(k, selection, seed);
  }

  private static ServiceException wrong(String text) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "--candidate",
        "zero-shot, few-shot:k=8[,balanced][,seed=N] with k from 1 to "
            + ShotPlan.MOST
            + ", or lora:FOLDER",
        "'" + text + "'",
        "Correct it.");
  }
}
