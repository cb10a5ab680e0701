package dev.tuneworthy.task;

import dev.tuneworthy.task.DataReport.NearDuplicate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds examples that closely resemble one of an earlier split, by {@link SimilarTexts}. */
final class NearDuplicates {
  static final double THRESHOLD = SimilarTexts.THRESHOLD;

  private final SimilarTexts texts;

  NearDuplicates(Task task) {
    this(task, SimilarTexts.MOST_STEPS);
  }

  NearDuplicates(Task task, long mostSteps) {
    texts =
        new SimilarTexts(
            Arrays.stream(Split.values())
                .flatMap(split -> task.split(split).stream())
                .map(Example::key)
                .toList(),
            mostSteps);
  }

  /**
   * For each example of dev and test its nearest in an earlier split, where that is near enough.
   */
  List<NearDuplicate> find(Task task) {
    List<NearDuplicate> found = new ArrayList<>();
    for (Split split : Split.values()) {
      for (Example example : task.split(split)) {
        texts
            .nearest(example.key())
            .ifPresent(
                near -> found.add(new NearDuplicate(near.id(), example.id(), near.similarity())));
      }
      task.split(split).forEach(example -> texts.add(example.id(), example.key()));
    }
    return found;
  }

  /** Whether everything was compared. */
  boolean complete() {
    return texts.complete();
  }
}
