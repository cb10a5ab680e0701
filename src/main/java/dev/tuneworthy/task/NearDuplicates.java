package dev.tuneworthy.task;

import dev.tuneworthy.task.DataReport.NearDuplicate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds texts that share most of their three-letter sequences: Jaccard similarity of at least
 * {@value #THRESHOLD}, found exactly by an inverted index over the rarest sequences of each text
 * (prefix filter; Bayardo, Ma and Srikant 2007, "Scaling up all pairs similarity search"). Only the
 * first {@value #LONGEST} characters of a text count, and the work is bounded; {@link #complete()}
 * says whether the bound was reached.
 */
final class NearDuplicates {
  static final double THRESHOLD = 0.8;
  static final int LONGEST = 2_000;

  /** Steps of comparing two lists: a few seconds. */
  private static final long MOST_STEPS = 500_000_000L;

  private record Entry(String id, int[] grams) {}

  private final Map<Long, Integer> ranks = new HashMap<>();
  private final Map<Integer, List<Entry>> index = new HashMap<>();
  private final long mostSteps;
  private long steps;

  NearDuplicates(Task task) {
    this(task, MOST_STEPS);
  }

  NearDuplicates(Task task, long mostSteps) {
    this.mostSteps = mostSteps;
    Map<Long, Integer> counts = new HashMap<>();
    for (Split split : Split.values()) {
      task.split(split)
          .forEach(e -> grams(e.key()).forEach(gram -> counts.merge(gram, 1, Integer::sum)));
    }
    List<Long> rarestFirst = new ArrayList<>(counts.keySet());
    rarestFirst.sort(
        Comparator.comparing((Long gram) -> counts.get(gram)).thenComparing(gram -> gram));
    rarestFirst.forEach(gram -> ranks.put(gram, ranks.size()));
  }

  /**
   * For each example of dev and test its nearest in an earlier split, where that is near enough.
   */
  List<NearDuplicate> find(Task task) {
    List<NearDuplicate> found = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (Split split : Split.values()) {
      entries.forEach(this::add);
      entries.clear();
      for (Example example : task.split(split)) {
        Entry entry = new Entry(example.id(), ranked(example.key()));
        entries.add(entry);
        nearest(entry, found);
      }
    }
    return found;
  }

  /** Whether everything was compared. */
  boolean complete() {
    return steps < mostSteps;
  }

  private void add(Entry entry) {
    for (int i = 0; i < prefix(entry.grams.length); i++) {
      index.computeIfAbsent(entry.grams[i], k -> new ArrayList<>()).add(entry);
    }
  }

  private void nearest(Entry entry, List<NearDuplicate> found) {
    NearDuplicate best = new NearDuplicate("", entry.id, 0);
    for (int i = 0; i < prefix(entry.grams.length) && complete(); i++) {
      for (Entry other : index.getOrDefault(entry.grams[i], List.of())) {
        steps++;
        double shorter = Math.min(entry.grams.length, other.grams.length);
        double longer = Math.max(entry.grams.length, other.grams.length);
        if (shorter / longer >= Math.max(THRESHOLD, best.similarity())) {
          double similarity = similarity(entry.grams, other.grams);
          if (similarity > best.similarity()) {
            best = new NearDuplicate(other.id, entry.id, similarity);
          }
        }
        if (!complete()) {
          break;
        }
      }
    }
    if (best.similarity() >= THRESHOLD) {
      found.add(best);
    }
  }

  /** Two sets that are similar enough share at least one of so many rarest members. */
  private static int prefix(int size) {
    return size - (int) Math.ceil(THRESHOLD * size - 1e-9) + 1;
  }

  private double similarity(int[] a, int[] b) {
    int i = 0;
    int j = 0;
    int common = 0;
    while (i < a.length && j < b.length) {
      if (a[i] == b[j]) {
        common++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    steps += i + j;
    return (double) common / (a.length + b.length - common);
  }

  private int[] ranked(String text) {
    int[] ranked = grams(text).stream().mapToInt(ranks::get).toArray();
    Arrays.sort(ranked);
    return ranked;
  }

  /** The distinct three-letter sequences of a text that is padded with a space on either side. */
  private static Set<Long> grams(String text) {
    String padded = " " + text.substring(0, Math.min(LONGEST, text.length())) + " ";
    Set<Long> grams = new HashSet<>();
    for (int i = 0; i + 2 < padded.length(); i++) {
      grams.add(
          (long) padded.charAt(i) << 32 | (long) padded.charAt(i + 1) << 16 | padded.charAt(i + 2));
    }
    return grams;
  }
}
