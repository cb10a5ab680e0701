package dev.tuneworthy.decision;

import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.TrainingResult;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the search among adapters has taken, beside {@link SearchLog} of the prompts: examples
 * trained on count apart from examples of dev that were asked.
 */
final class TuneEffort {
  private final SearchLog log = new SearchLog();
  private final Task task;
  private long trainedExamples;
  private long trainedTokens;
  private long lastTokens;

  TuneEffort(Task task) {
    this.task = task;
  }

  /**
   * Notes a training; dev was asked once in every epoch.
   *
   * @param devTokens of asking all of dev once
   */
  void trained(String candidate, TrainingResult result, long devTokens) {
    int epochs = result.curve().size();
    long tokens = result.trainedTokens() + epochs * devTokens;
    trainedExamples += (long) epochs * task.split(Split.TRAIN).size();
    trainedTokens += result.trainedTokens();
    lastTokens = tokens;
    log.asked(candidate, epochs * task.split(Split.DEV).size(), tokens);
  }

  void asked(String candidate, int items, long tokens) {
    log.asked(candidate, items, tokens);
  }

  void dropped(String candidate, String why) {
    log.dropped(candidate, why);
  }

  /** What the last training took. */
  long lastTokens() {
    return lastTokens;
  }

  Map<String, Object> told() {
    Map<String, Object> effort = new LinkedHashMap<>(log.effort());
    effort.put("trainedExamples", trainedExamples);
    effort.put("trainedTokens", trainedTokens);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("effort", effort);
    told.put("candidates", log.candidates());
    return told;
  }
}
