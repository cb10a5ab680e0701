package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.ChoiceOffsets;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.scoring.Quality;
import dev.tuneworthy.stats.Interval;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Every trial of a decision, one for each candidate and split: the widest that was run. */
final class TrialLog {
  private final Task task;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * A trial and what it was run on.
   *
   * @param fingerprint of the candidate: the same for one prompt however it is calibrated
   */
  record Entry(Trial trial, List<Example> examples, String fingerprint) {
    Entry {
      examples = List.copyOf(examples);
    }
  }

  /** Quality with its two-sided 95 % interval. */
  record Measured(double value, Interval interval) {}

  TrialLog(Task task) {
    this.task = task;
  }

  void add(Trial trial, List<Example> examples, String fingerprint) {
    entries.merge(
        trial.split().label() + " " + trial.candidateId(),
        new Entry(trial, examples, fingerprint),
        (old, now) -> now.trial().n() >= old.trial().n() ? now : old);
  }

  /** In the order in which the candidates were first tried, dev before test. */
  List<Entry> all() {
    return entries.values().stream()
        .sorted(Comparator.comparing(entry -> entry.trial().split()))
        .toList();
  }

  /** What calibration came to for a candidate; the same on every split. */
  ChoiceOffsets offsets(String candidate) {
    return entries.values().stream()
        .map(Entry::trial)
        .filter(trial -> trial.candidateId().equals(candidate))
        .findFirst()
        .map(Trial::offsets)
        .orElse(ChoiceOffsets.NONE);
  }

  /** Quality of a trial; 0 where nothing was scored. */
  double quality(Trial trial, List<Example> examples) {
    return quality(trial, examples, Set.of()).flatMap(Quality::value).orElse(0.0);
  }

  Measured measured(Entry entry) {
    TestScores scores = TestScores.of(task, entry.examples(), entry.trial());
    Evidence evidence =
        scores.labels().isPresent()
            ? DrawnEvidence.of(List.of(scores))
            : CountedEvidence.of(List.of(scores));
    return new Measured(evidence.value(0), evidence.interval(0));
  }

  /** Quality on test without some examples; empty if that leaves none. */
  Optional<Quality> without(Trial trial, Set<String> ids) {
    return quality(trial, task.split(Split.TEST), ids);
  }

  private Optional<Quality> quality(Trial trial, List<Example> examples, Set<String> without) {
    List<Quality.Judged> judged =
        IntStream.range(0, trial.n())
            .filter(i -> !without.contains(examples.get(i).id()))
            .mapToObj(
                i ->
                    new Quality.Judged(
                        examples.get(i),
                        trial.results().get(i).answer(),
                        trial.results().get(i).outcome()))
            .toList();
    return judged.isEmpty() ? Optional.empty() : Optional.of(Quality.of(task, judged));
  }
}
