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
  /**
   * A prompt.
   *
   * @param shots empty for zero-shot
   * @param instruction which wording of the task's instruction, counted from 1
   */
  record Prompt(Optional<ShotPlan> shots, Calibration calibration, int instruction)
      implements CandidateSpec {}

  record Lora(Path adapter) implements CandidateSpec {}

  /**
   * {@code zero-shot[:contextual]}, {@code few-shot:k=8[,balanced][,seed=2][,contextual]} with any
   * label of {@link Selection}, either with {@code instruction=2}, or {@code lora:FOLDER}.
   */
  static CandidateSpec parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    List<String> options = colon < 0 ? List.of() : List.of(rest.split(",", -1));
    return switch (kind) {
      case "zero-shot" -> prompt(text, options, false);
      case "few-shot" -> prompt(text, options, true);
      case "lora" -> {
        if (rest.isEmpty()) {
          throw wrong(text);
        }
        yield new Lora(Path.of(rest));
      }
      default -> throw wrong(text);
    };
  }

  private static Prompt prompt(String text, List<String> options, boolean fewShot) {
    int k = 0;
    long seed = 0;
    int instruction = 1;
    Optional<Selection> selection = Optional.empty();
    Calibration calibration = Calibration.NONE;
    for (String part : options) {
      try {
        if (part.startsWith("instruction=")) {
          instruction = Integer.parseInt(part.substring("instruction=".length()));
        } else if (fewShot && part.startsWith("k=")) {
          k = Integer.parseInt(part.substring(2));
        } else if (fewShot && part.startsWith("seed=")) {
          seed = Long.parseLong(part.substring(5));
        } else if (fewShot && Selection.of(part).isPresent()) {
          selection = Selection.of(part);
        } else {
          calibration = calibration(part).orElseThrow(() -> unknown(part, text, fewShot));
        }
      } catch (NumberFormatException e) {
        throw wrong(text);
      }
    }
    if (instruction < 1 || (fewShot && (k < 1 || k > ShotPlan.MOST))) {
      throw wrong(text);
    }
    return new Prompt(
        fewShot
            ? Optional.of(new ShotPlan(k, selection.orElse(Selection.RANDOM), seed))
            : Optional.empty(),
        calibration,
        instruction);
  }

  private static Optional<Calibration> calibration(String label) {
    return Arrays.stream(Calibration.values())
        .filter(how -> how != Calibration.NONE && how.label().equals(label))
        .findFirst();
  }

  /** A word that is neither a selection nor a calibration. */
  private static ServiceException unknown(String word, String text, boolean fewShot) {
    List<String> calibrations =
        Arrays.stream(Calibration.values())
            .filter(how -> how != Calibration.NONE)
            .map(Calibration::label)
            .toList();
    List<String> known = new ArrayList<>(calibrations);
    if (fewShot) {
      known.addAll(Selection.labels());
    }
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "--candidate " + text,
        (fewShot
                ? "k=N, seed=N, a selection (" + String.join(", ", Selection.labels()) + "), "
                : "")
            + "instruction=N or a calibration ("
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
            + "), either followed by contextual, domain or batch to calibrate it or by"
            + " instruction=N, or lora:FOLDER",
        "'" + text + "'",
        "Correct it.");
  }
}
