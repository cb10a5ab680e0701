package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.prompting.Calibration;
import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What {@code --candidate} names. */
sealed interface CandidateSpec {
  record ZeroShot(Calibration calibration) implements CandidateSpec {}

  record FewShot(ShotPlan plan, Calibration calibration) implements CandidateSpec {}

  record Lora(Path adapter) implements CandidateSpec {}

  /**
   * {@code zero-shot[:contextual]}, {@code few-shot:k=8[,balanced][,seed=2][,contextual]} or {@code
   * lora:FOLDER}.
   */
  static CandidateSpec parse(String text) {
    if (text.equals("zero-shot")) {
      return new ZeroShot(Calibration.NONE);
    }
    if (text.startsWith("zero-shot:")) {
      return new ZeroShot(
          calibration(text.substring("zero-shot:".length())).orElseThrow(() -> wrong(text)));
    }
    if (text.startsWith("lora:") && text.length() > "lora:".length()) {
      return new Lora(Path.of(text.substring("lora:".length())));
    }
    if (text.startsWith("few-shot:")) {
      return fewShot(text);
    }
    throw wrong(text);
  }

  private static Optional<Calibration> calibration(String label) {
    return Arrays.stream(Calibration.values())
        .filter(how -> how != Calibration.NONE && how.label().equals(label))
        .findFirst();
  }

  private static FewShot fewShot(String text) {
    int k = 0;
    long seed = 0;
    Selection selection = Selection.RANDOM;
    Calibration calibration = Calibration.NONE;
    for (String part : text.substring("few-shot:".length()).split(",", -1)) {
      try {
        if (part.startsWith("k=")) {
          k = Integer.parseInt(part.substring(2));
        } else if (part.startsWith("seed=")) {
          seed = Long.parseLong(part.substring(5));
        } else if (part.equals("balanced")) {
          selection = Selection.BALANCED;
        } else if (!part.equals("random")) {
          calibration = calibration(part).orElseThrow(() -> wrong(text));
        }
      } catch (NumberFormatException e) {
        throw wrong(text);
      }
    }
    if (k < 1 || k > ShotPlan.MOST) {
      throw wrong(text);
    }
    return new FewShot(new ShotPlan(k, selection, seed), calibration);
  }

  private static ServiceException wrong(String text) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "--candidate",
        "zero-shot, few-shot:k=8[,balanced][,seed=N] with k from 1 to "
            + ShotPlan.MOST
            + ", either followed by contextual, domain or batch to calibrate it, or lora:FOLDER",
        "'" + text + "'",
        "Correct it.");
  }
}
