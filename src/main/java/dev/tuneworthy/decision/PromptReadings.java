package dev.tuneworthy.decision;

import dev.tuneworthy.decision.Race.Beaten;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.prompting.Calibration;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks prompts on the first items of <i>dev</i> and reads the answers in every way that is tried:
 * as they are and, where choices are scored, calibrated. The requests are the same for all readings
 * of a prompt, so that each costs its few calibration questions only. Every reading runs in the
 * {@link Race}.
 */
final class PromptReadings {
  private final Climb climb;
  private final Race race;
  private final SearchLog log;

  /**
   * A prompt with the calibration that does best.
   *
   * @param plain quality without calibration
   * @param quality with that calibration
   */
  record Reading(PromptCandidate candidate, double plain, double quality) {}

  PromptReadings(Climb climb, Race race, SearchLog log) {
    this.climb = climb;
    this.race = race;
    this.log = log;
  }

  /** How many ways there are to read a prompt. */
  static int ways(Climb climb) {
    return 1 + calibrations(climb).size();
  }

  static List<Calibration> calibrations(Climb climb) {
    if (climb.mode() != AnswerMode.CHOOSE) {
      return List.of();
    }
    return climb.request().quick()
        ? List.of(Calibration.CONTEXTUAL, Calibration.BATCH)
        : List.of(Calibration.CONTEXTUAL, Calibration.DOMAIN, Calibration.BATCH);
  }

  /** The reading that does best on some of dev; among equals the one that asks less. */
  Reading read(PromptCandidate prompt, List<Example> examples) {
    long before = climb.spending().tokens();
    Reading best = new Reading(prompt, 0, -1);
    double plain = 0;
    for (PromptCandidate way : ways(prompt)) {
      Trial trial = climb.trial(way, Split.DEV, examples);
      run(trial);
      double quality = climb.trials().quality(trial, examples);
      plain = way.calibration() == Calibration.NONE ? quality : plain;
      best = quality > best.quality() ? new Reading(way, plain, quality) : best;
    }
    log.asked(prompt.id(), examples.size(), climb.spending().tokens() - before);
    return new Reading(best.candidate(), plain, best.quality());
  }

  /** Why a prompt cannot win any more: every way to read it is beaten. */
  Optional<Beaten> beaten(PromptCandidate prompt) {
    Optional<Beaten> last = Optional.empty();
    for (PromptCandidate way : ways(prompt)) {
      last = race.beaten(way.id());
      if (last.isEmpty()) {
        return last;
      }
    }
    return last;
  }

  private List<PromptCandidate> ways(PromptCandidate prompt) {
    List<PromptCandidate> ways = new ArrayList<>(List.of(prompt));
    calibrations(climb).forEach(how -> ways.add(prompt.calibrated(how)));
    return ways;
  }

  /** A mean over classes is not what right and wrong answers decide. */
  private void run(Trial trial) {
    if (climb.task().metric() != Metric.F1_MACRO) {
      race.outcomes(
          trial.candidateId(), trial.results().stream().map(ItemResult::correct).toList());
    }
  }
}
