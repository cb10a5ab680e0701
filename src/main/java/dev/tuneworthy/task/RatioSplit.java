package dev.tuneworthy.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Deals examples into splits by given shares, stratified by the expected answer. Examples of one
 * group, and examples that are the same in normal form, go together, so that nothing leaks from one
 * split into another. Deterministic for a seed and the order of the examples.
 */
final class RatioSplit {
  private RatioSplit() {}

  /**
   * Each split receives its share of every answer, to within one unit.
   *
   * @param shares of the splits, positive, with sum 1
   */
  static Map<Split, List<RawExample>> deal(
      List<RawExample> examples, Map<Split, Double> shares, long seed) {
    Random random = new Random(seed);
    Map<String, Split> home = new LinkedHashMap<>();
    Map<Split, Integer> counts = new EnumMap<>(Split.class);
    int dealt = 0;
    for (List<List<RawExample>> stratum : strata(examples, random)) {
      for (List<RawExample> unit : stratum) {
        dealt += unit.size();
        Split split = mostShort(shares, counts, dealt);
        counts.merge(split, unit.size(), Integer::sum);
        unit.forEach(example -> home.put(example.where(), split));
      }
    }
    Map<Split, List<RawExample>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(split, examples.stream().filter(e -> home.get(e.where()) == split).toList());
    }
    return splits;
  }

  /** The split that lacks most after {@code dealt} examples; the earlier one among equals. */
  private static Split mostShort(Map<Split, Double> shares, Map<Split, Integer> counts, int dealt) {
    Split best = Split.TRAIN;
    double most = Double.NEGATIVE_INFINITY;
    for (Split split : Split.values()) {
      double lack = shares.getOrDefault(split, 0.0) * dealt - counts.getOrDefault(split, 0);
      if (lack > most + 1e-9) {
        most = lack;
        best = split;
      }
    }
    return best;
  }

  private static List<List<List<RawExample>>> strata(List<RawExample> examples, Random random) {
    Map<String, List<RawExample>> units = new LinkedHashMap<>();
    for (RawExample example : examples) {
      String key = example.group().map(g -> "group " + g).orElse("input " + example.key());
      units.computeIfAbsent(key, k -> new ArrayList<>()).add(example);
    }
    Map<String, List<List<RawExample>>> byAnswer = new TreeMap<>();
    units
        .values()
        .forEach(
            unit ->
                byAnswer
                    .computeIfAbsent(NormalForm.key(unit.get(0).expected()), k -> new ArrayList<>())
                    .add(unit));
    List<List<List<RawExample>>> strata = new ArrayList<>(byAnswer.values());
    strata.forEach(stratum -> Collections.shuffle(stratum, random));
    Collections.shuffle(strata, random);
    return strata;
  }
}
