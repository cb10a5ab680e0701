package dev.tuneworthy.stats;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What a statistic of a sample could have been, by drawing the items again with replacement (Efron
 * 1979). For graded scores and for aggregates such as macro-F1 only: right and wrong have better
 * methods ({@link Wilson}, {@link Tango}). Drawing whole items keeps candidates paired. Assumes
 * independent items; intervals are percentile intervals and somewhat narrow below 100 items.
 *
 * @param estimate the statistic of the sample itself
 * @param replicates the statistic of each drawn sample, ascending
 */
public record Bootstrap(double estimate, List<Double> replicates) {
  public Bootstrap {
    replicates = List.copyOf(replicates);
    if (replicates.isEmpty()) {
      throw new IllegalArgumentException("a bootstrap needs at least one replicate");
    }
  }

  /**
   * Draws samples of {@code n} items.
   *
   * @param n items, at least 1
   * @param statistic of a sample given as item positions, each in [0, n); finite
   * @param draws at least 1; 2,000 are enough for a 95 % interval
   */
  public static Bootstrap of(
      int n, ToDoubleFunction<int[]> statistic, int draws, RandomGenerator random) {
    if (n < 1 || draws < 1) {
      throw new IllegalArgumentException("cannot draw " + draws + " samples of " + n + " items");
    }
    int[] sample = new int[n];
    Arrays.setAll(sample, i -> i);
    double estimate = statistic.applyAsDouble(sample);
    double[] drawn = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      Arrays.setAll(sample, i -> random.nextInt(n));
      drawn[draw] = statistic.applyAsDouble(sample);
    }
    Arrays.sort(drawn);
    return new Bootstrap(estimate, Arrays.stream(drawn).boxed().toList());
  }

  /** The mean of graded scores. */
  public static Bootstrap mean(List<Double> scores, int draws, RandomGenerator random) {
    double[] values = scores.stream().mapToDouble(Double::doubleValue).toArray();
    return of(values.length, sample -> mean(values, sample), draws, random);
  }

  /** The mean difference, first minus second, of graded scores on the same items. */
  public static Bootstrap meanDifference(
      List<Double> first, List<Double> second, int draws, RandomGenerator random) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "paired scores need the same items: " + first.size() + " and " + second.size());
    }
    double[] values = new double[first.size()];
    Arrays.setAll(values, i -> first.get(i) - second.get(i));
    return of(values.length, sample -> mean(values, sample), draws, random);
  }

  /**
   * Draws whole clusters with replacement, as many as there are (Davison and Hinkley 1997, section
   * 3.8), so that items of one source stay together. With every item a cluster of its own this is
   * {@link #of}.
   *
   * @param clusters positions of the items of each cluster; none empty
   * @param statistic of a sample given as item positions
   */
  public static Bootstrap clustered(
      List<int[]> clusters, ToDoubleFunction<int[]> statistic, int draws, RandomGenerator random) {
    if (clusters.isEmpty() || draws < 1) {
      throw new IllegalArgumentException(
          "cannot draw " + draws + " samples of " + clusters.size() + " clusters");
    }
    double estimate = statistic.applyAsDouble(joined(clusters));
    double[] drawn = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      drawn[draw] = statistic.applyAsDouble(joined(drawn(clusters, random)));
    }
    Arrays.sort(drawn);
    return new Bootstrap(estimate, Arrays.stream(drawn).boxed().toList());
  }

  /** As many of the clusters as there are, drawn with replacement. */
  public static List<int[]> drawn(List<int[]> clusters, RandomGenerator random) {
    return IntStream.range(0, clusters.size())
        .mapToObj(i -> clusters.get(random.nextInt(clusters.size())))
        .toList();
  }

  /** The positions of all items of some clusters. */
  public static int[] joined(List<int[]> clusters) {
    int[] all = new int[clusters.stream().mapToInt(cluster -> cluster.length).sum()];
    int next = 0;
    for (int[] cluster : clusters) {
      for (int item : cluster) {
        all[next++] = item;
      }
    }
    return all;
  }

  /**
   * The mean over training seeds and items, where both could have been others: seeds are drawn with
   * replacement and items with replacement, the same items for every seed, since all seeds answered
   * the same ones (the crossed, or pigeonhole, bootstrap of Owen 2007). It errs on the wide side,
   * by the noise that is neither the seed's nor the item's. Few seeds say little of their spread:
   * the drawn seed means are spread by the root of s/(s-1), without which the variance between
   * {@code s} seeds comes out too small by that factor.
   *
   * @param scores one list for each seed, at least 2, all over the same items
   */
  public static Bootstrap seedsAndItems(
      List<List<Double>> scores, int draws, RandomGenerator random) {
    int items = scores.isEmpty() ? 0 : scores.get(0).size();
    List<int[]> alone = IntStream.range(0, items).mapToObj(i -> new int[] {i}).toList();
    return seedsAndItems(scores, alone, draws, random);
  }

  /**
   * The same with items in clusters, which are drawn whole.
   *
   * @param clusters positions of the items of each cluster; none empty
   */
  public static Bootstrap seedsAndItems(
      List<List<Double>> scores, List<int[]> clusters, int draws, RandomGenerator random) {
    int seeds = scores.size();
    int items = scores.isEmpty() ? 0 : scores.get(0).size();
    if (seeds < 2 || items < 1 || draws < 1 || scores.stream().anyMatch(s -> s.size() != items)) {
      throw new IllegalArgumentException(
          "seeds and items need at least two seeds over the same items, not "
              + scores.stream().map(List::size).toList());
    }
    double[][] values = new double[seeds][];
    double[] means = new double[items];
    Arrays.setAll(values, s -> scores.get(s).stream().mapToDouble(Double::doubleValue).toArray());
    for (double[] seed : values) {
      Arrays.setAll(means, i -> means[i] + seed[i] / seeds);
    }
    double estimate = Arrays.stream(means).average().orElseThrow();
    double spread = Math.sqrt(seeds / (seeds - 1.0));
    double[] drawn = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      int[] sample = joined(drawn(clusters, random));
      double ofItems = mean(means, sample);
      double ofSeeds = 0;
      for (int s = 0; s < seeds; s++) {
        ofSeeds += mean(values[random.nextInt(seeds)], sample) / seeds;
      }
      drawn[draw] = ofItems + spread * (ofSeeds - ofItems);
    }
    Arrays.sort(drawn);
    return new Bootstrap(estimate, Arrays.stream(drawn).boxed().toList());
  }

  /** The two-sided percentile interval. */
  public Interval interval(double confidence) {
    return new Interval(quantile((1 - confidence) / 2), quantile((1 + confidence) / 2));
  }

  /** One-sided: the statistic is at least this with the given confidence. */
  public double lower(double confidence) {
    return quantile(1 - confidence);
  }

  /** One-sided: the statistic is at most this with the given confidence. */
  public double upper(double confidence) {
    return quantile(confidence);
  }

  /** p-value against "the statistic is above {@code value}" (Davison and Hinkley 1997: never 0). */
  public double pNotAbove(double value) {
    long atMost = replicates.stream().filter(replicate -> replicate <= value).count();
    return (1.0 + atMost) / (1.0 + replicates.size());
  }

  private double quantile(double probability) {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException("a probability lies in (0, 1), not " + probability);
    }
    double position = probability * (replicates.size() - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(replicates.size() - 1, below + 1);
    double share = position - below;
    return (1 - share) * replicates.get(below) + share * replicates.get(above);
  }

  private static double mean(double[] values, int[] sample) {
    double sum = 0;
    for (int index : sample) {
      sum += values[index];
    }
    return sum / sample.length;
  }
}
