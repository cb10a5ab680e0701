package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.scoring.Scorers;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How a finalist did on each test example.
 *
 * @param marks one for each example, in the split's order
 * @param labels for a metric over classes; empty where quality is the share of right answers
 * @param clusters the cluster of each example, numbered from 0; empty where all are independent
 */
public record TestScores(List<Mark> marks, Optional<Labels> labels, List<Integer> clusters) {
  /** How one answer was judged; an answer that is only partly right is WRONG. */
  public enum Mark {
    RIGHT(0),
    WRONG(1),
    /** No answer, or none that can be judged: neither right nor wrong. */
    MISSING(2);

    private final int digit;

    Mark(int digit) {
      this.digit = digit;
    }

    /** Its digit where the marks of several finalists are written as one number. */
    int digit() {
      return digit;
    }
  }

  /**
   * The classes of macro-F1.
   *
   * @param expected one for each example
   * @param predicted one for each example, empty text where the answer names no class
   */
  public record Labels(List<String> expected, List<String> predicted) {
    public Labels {
      expected = List.copyOf(expected);
      predicted = List.copyOf(predicted);
    }
  }

  public TestScores {
    marks = List.copyOf(marks);
    clusters = List.copyOf(clusters);
    int n = marks.size();
    if (!clusters.isEmpty() && clusters.size() != n) {
      throw new IllegalArgumentException(n + " marks in " + clusters.size() + " clusters");
    }
    labels.ifPresent(
        l -> {
          if (l.expected.size() != n || l.predicted.size() != n) {
            throw new IllegalArgumentException(n + " marks need as many labels");
          }
        });
  }

  /** Independent examples. */
  public TestScores(List<Mark> marks, Optional<Labels> labels) {
    this(marks, labels, List.of());
  }

  /** Right and wrong answers alone. */
  public static TestScores of(List<Mark> marks) {
    return new TestScores(marks, Optional.empty());
  }

  /** The scores of a trial on the task's test split. */
  public static TestScores of(Task task, Trial trial) {
    return of(task, task.split(Split.TEST), trial);
  }

  /** The scores of a trial on some examples, in their order. */
  static TestScores of(Task task, List<Example> examples, Trial trial) {
    List<Mark> marks = marks(trial);
    if (examples.size() != marks.size()) {
      throw new IllegalArgumentException(
          "a trial of " + marks.size() + " items on " + examples.size() + " examples");
    }
    List<Integer> clusters = clusters(examples);
    if (task.metric() != Metric.F1_MACRO) {
      return new TestScores(marks, Optional.empty(), clusters);
    }
    List<String> expected =
        examples.stream()
            .map(e -> Scorers.predicted(task, e.expected()).orElse(e.expected()))
            .toList();
    List<String> predicted =
        trial.results().stream().map(r -> Scorers.predicted(task, r.answer()).orElse("")).toList();
    return new TestScores(marks, Optional.of(new Labels(expected, predicted)), clusters);
  }

  static List<Mark> marks(Trial trial) {
    return trial.results().stream().map(TestScores::mark).toList();
  }

  /** By {@code group}; an example without one is a cluster of its own. */
  static List<Integer> clusters(List<Example> examples) {
    Map<String, Integer> groups = new HashMap<>();
    List<Integer> clusters = new ArrayList<>();
    int next = 0;
    for (Example example : examples) {
      int fresh = next;
      int cluster = example.group().map(g -> groups.computeIfAbsent(g, k -> fresh)).orElse(fresh);
      next += cluster == fresh ? 1 : 0;
      clusters.add(cluster);
    }
    return next == examples.size() ? List.of() : clusters;
  }

  /** The items of each cluster, of those at some positions; no cluster is empty. */
  List<int[]> clustered(int[] positions) {
    if (clusters.isEmpty()) {
      return Arrays.stream(positions).mapToObj(i -> new int[] {i}).toList();
    }
    Map<Integer, List<Integer>> members = new TreeMap<>();
    for (int i : positions) {
      members.computeIfAbsent(clusters.get(i), k -> new ArrayList<>()).add(i);
    }
    return members.values().stream()
        .map(items -> items.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  public int n() {
    return marks.size();
  }

  public int missing() {
    return (int) marks.stream().filter(mark -> mark == Mark.MISSING).count();
  }

  /** Positions of the items that were judged. */
  int[] judged() {
    return IntStream.range(0, n()).filter(i -> marks.get(i) != Mark.MISSING).toArray();
  }

  private static Mark mark(ItemResult result) {
    if (!(result.outcome() instanceof Outcome.Scored)) {
      return Mark.MISSING;
    }
    return result.correct() ? Mark.RIGHT : Mark.WRONG;
  }
}
