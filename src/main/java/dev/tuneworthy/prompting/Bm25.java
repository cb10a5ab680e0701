package dev.tuneworthy.prompting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Okapi BM25 over a few thousand short texts (Robertson and Zaragoza 2009, "The probabilistic
 * relevance framework: BM25 and beyond"): the score of a text is the sum, over the different words
 * of the query, of
 *
 * <pre>
 *   w · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean length)),   w = ln((N − n + ½) / (n + ½))
 * </pre>
 *
 * where n of the N texts hold the word. A word of more than half of the texts has a weight under 0,
 * which would count a match against a text; it counts as nothing. Words are runs of letters and
 * digits in lower case. A value; safe to share.
 */
final class Bm25 {
  private static final double K1 = 1.2;
  private static final double B = 0.75;
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");

  private record Posting(int text, int times) {}

  private final double k1;
  private final double b;
  private final int[] lengths;
  private final double meanLength;
  private final Map<String, List<Posting>> postings = new HashMap<>();

  Bm25(List<String> texts) {
    this(texts, K1, B);
  }

  Bm25(List<String> texts, double k1, double b) {
    this.k1 = k1;
    this.b = b;
    this.lengths = new int[texts.size()];
    long all = 0;
    for (int i = 0; i < lengths.length; i++) {
      List<String> words = words(texts.get(i));
      lengths[i] = words.size();
      all += lengths[i];
      Map<String, Integer> times = new HashMap<>();
      words.forEach(word -> times.merge(word, 1, Integer::sum));
      for (Map.Entry<String, Integer> each : times.entrySet()) {
        postings
            .computeIfAbsent(each.getKey(), word -> new ArrayList<>())
            .add(new Posting(i, each.getValue()));
      }
    }
    this.meanLength = Math.max(1.0, (double) all / Math.max(1, lengths.length));
  }

  /** The score of each text, 0 where it shares no word that tells anything; in their order. */
  double[] scores(String query) {
    double[] scores = new double[lengths.length];
    for (String word : new TreeSet<>(words(query))) { // sorted: sums round the same every time
      List<Posting> found = postings.getOrDefault(word, List.of());
      double weight = Math.log((lengths.length - found.size() + 0.5) / (found.size() + 0.5));
      for (Posting posting : found) {
        double norm = k1 * (1 - b + b * lengths[posting.text()] / meanLength);
        scores[posting.text()] +=
            Math.max(0, weight) * posting.times() * (k1 + 1) / (posting.times() + norm);
      }
    }
    return scores;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }
}
