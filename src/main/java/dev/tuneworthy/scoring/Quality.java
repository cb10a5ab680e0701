package dev.tuneworthy.scoring;

import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How well a candidate did on a set of examples.
 *
 * @param metric label of the task's metric
 * @param value 0 to 1 over the examples that were scored; empty if none was
 * @param n all examples
 * @param scored those that have a value
 * @param failed those without an answer; neither right nor wrong
 */
public record Quality(String metric, Optional<Double> value, int n, int scored, int failed) {

  /** An example, what was answered and how it was judged. */
  public record Judged(Example example, String answer, Outcome outcome) {}

  /** The mean score, or for the metric {@code f1-macro} the mean over classes of F1. */
  public static Quality of(Task task, List<Judged> judged) {
    List<Judged> scored = judged.stream().filter(j -> j.outcome instanceof Outcome.Scored).toList();
    int failed = (int) judged.stream().filter(j -> j.outcome instanceof Outcome.Failed).count();
    Optional<Double> value =
        scored.isEmpty()
            ? Optional.empty()
            : Optional.of(task.metric() == Metric.F1_MACRO ? f1Macro(task, scored) : mean(scored));
    return new Quality(task.metric().label(), value, judged.size(), scored.size(), failed);
  }

  private static double mean(List<Judged> scored) {
    return scored.stream()
        .mapToDouble(j -> j.outcome instanceof Outcome.Scored s ? s.value() : 0)
        .average()
        .orElseThrow();
  }

  /**
   * The mean over the classes that were expected or predicted of F1 = 2 tp / (2 tp + fp + fn). An
   * answer that names no class is a miss of the expected class and an alarm for none.
   */
  private static double f1Macro(Task task, List<Judged> scored) {
    Map<String, Counts> classes = new TreeMap<>();
    for (Judged each : scored) {
      String expected =
          Scorers.predicted(task, each.example.expected()).orElse(each.example.expected());
      Optional<String> predicted = Scorers.predicted(task, each.answer);
      boolean right = predicted.isPresent() && predicted.get().equals(expected);
      classes.computeIfAbsent(expected, k -> new Counts()).expect(right);
      if (!right) {
        predicted.ifPresent(p -> classes.computeIfAbsent(p, k -> new Counts()).falseAlarms++);
      }
    }
    return classes.values().stream().mapToDouble(Counts::f1).average().orElseThrow();
  }

  private static final class Counts {
    private int hits;
    private int misses;
    private int falseAlarms;

    void expect(boolean right) {
      if (right) {
        hits++;
      } else {
        misses++;
      }
    }

    double f1() {
      return 2.0 * hits / (2.0 * hits + misses + falseAlarms);
    }
  }
}
