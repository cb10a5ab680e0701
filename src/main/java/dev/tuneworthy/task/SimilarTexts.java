package dev.tuneworthy.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Finds texts that share most of their three-letter sequences: Jaccard similarity of at least
 * {@value #THRESHOLD}, found exactly by an inverted index over the rarest sequences of each text
 * (prefix filter; Bayardo, Ma and Srikant 2007, "Scaling up all pairs similarity search"). Only the
 * first {@value #LONGEST} characters of a text count, and the work is bounded; {@link #complete()}
 * says whether the bound was reached. Texts are compared as they are: bring them into normal form
 * first.
 */
public final class SimilarTexts {
  public static final double THRESHOLD = 0.8;
  static final int LONGEST = 2_000;

  /** Steps of comparing two lists: a few seconds. */
  static final long MOST_STEPS = 500_000_000L;

  private record Entry(String id, int[] grams) {}

  /**
   * A text that was found.
   *
   * @param similarity share of common three-letter sequences among all of both, 0 to 1
   */
  public record Similar(String id, double similarity) {}

  private final Map<Long, Integer> ranks = new HashMap<>();
  private final Map<Integer, List<Entry>> index = new HashMap<>();
  private final long mostSteps;
  private long steps;

  /**
   * @param texts all that will be added or looked for
   */
  public SimilarTexts(Collection<String> texts) {
    this(texts, MOST_STEPS);
  }

  SimilarTexts(Collection<String> texts, long mostSteps) {
    this.mostSteps = mostSteps;
    Map<Long, Integer> counts = new HashMap<>();
    texts.forEach(text -> grams(text).forEach(gram -> counts.merge(gram, 1, Integer::sum)));
    List<Long> rarestFirst = new ArrayList<>(counts.keySet());
    rarestFirst.sort(
        Comparator.comparing((Long gram) -> counts.get(gram)).thenComparing(gram -> gram));
    rarestFirst.forEach(gram -> ranks.put(gram, ranks.size()));
  }

  /** Lets a text be found from now on. */
  public void add(String id, String text) {
    Entry entry = new Entry(id, ranked(text));
    for (int i = 0; i < prefix(entry.grams.length); i++) {
      index.computeIfAbsent(entry.grams[i], k -> new ArrayList<>()).add(entry);
    }
  }

  /** The most similar text among those added, of at least {@value #THRESHOLD}. */
  public Optional<Similar> nearest(String text) {
    return nearest(text, id -> THRESHOLD);
  }

  /**
   * The most similar text among those added that are similar enough.
   *
   * @param enough the similarity that the text of an id has to have; at least {@value #THRESHOLD}
   */
  public Optional<Similar> nearest(String text, ToDoubleFunction<String> enough) {
    int[] grams = ranked(text);
    Similar best = new Similar("", 0);
    for (int i = 0; i < prefix(grams.length) && complete(); i++) {
      for (Entry other : index.getOrDefault(grams[i], List.of())) {
        steps++;
        double least = Math.max(best.similarity, enough.applyAsDouble(other.id));
        double shorter = Math.min(grams.length, other.grams.length);
        double longer = Math.max(grams.length, other.grams.length);
        if (shorter / longer >= least) {
          double similarity = similarity(grams, other.grams);
          if (similarity >= least && similarity > best.similarity) {
            best = new Similar(other.id, similarity);
          }
        }
        if (!complete()) {
          break;
        }
      }
    }
    return Optional.of(best).filter(found -> found.similarity >= THRESHOLD);
  }

  /** Whether everything was compared. */
  public boolean complete() {
    return steps < mostSteps;
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
    int[] ranked = grams(text).stream().mapToInt(this::rank).toArray();
    Arrays.sort(ranked);
    return ranked;
  }

  private int rank(long gram) {
    Integer rank = ranks.get(gram);
    if (rank == null) {
      throw new IllegalArgumentException("a text that was not announced");
    }
    return rank;
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
