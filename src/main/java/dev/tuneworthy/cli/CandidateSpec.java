package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.prompting.Calibration;
import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code --candidate} names. */
sealed interface CandidateSpec {
  record ZeroShot(Calibration calibration) implements CandidateSpec {}

  record FewShot(ShotPlan plan, Calibration calibration) implements CandidateSpec {}

  record Lora(Path adapter) implements CandidateSpec {}

  /**
   * {@code zero-shot[:contextual]}, {@code few-shot:k=8[,balanced][,seed=2][,contextual]} with any
   * label of {@link Selection}, or {@code lora:FOLDER}.
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
        } else if (Selection.of(part).isPresent()) {
          selection = Selection.of(part).get();
        } else {
          calibration = calibration(part).orElseThrow(() -> unknown(part, text));
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

  /** A word that is neither a selection nor a calibration. */
  private static ServiceException unknown(String word, String text) {
    List<String> calibrations =
        Arrays.stream(Calibration.values())
            .filter(how -> how != Calibration.NONE)
            .map(Calibration::label)
            .toList();
    List<String> known = new ArrayList<>(Selection.labels());
    known.addAll(calibrations);
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "--candidate " + text,
        "k=N, seed=N, a selection ("
            + String.join(", ", Selection.labels())
            + ") or a calibration ("
            + String.join(", ", calibrations)
            + ")",
        "'" + word + "'",
        Nearest.remedy(word, known));
  }

  private static ServiceException wrong(String text) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "--candidate",
        "zero-shot, few-shot:k=8[,balanced][,seed=N] with k from 1 to "
            + ShotPlan.MOST
            + " and any selection ("
            + String.join(", ", Selection.labels())
            + "), either followed by contextual, domain or batch to calibrate it, or lora:FOLDER",
        "'" + text + "'",
        "Correct it.");
  }
}
