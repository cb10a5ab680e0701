package dev.tuneworthy.tuning;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lays sequences of unequal lengths one behind another into fewer, longer rows of one length, so
 * that a batch holds less padding. By first fit in the order of decreasing length (Johnson 1973)
 * for every number of rows; of these the layout that takes the least work.
 *
 * @param rows how many rows there are
 * @param length of each, in tokens
 * @param row that each sequence is in
 * @param start of each sequence in its row
 */
record Packing(int rows, int length, List<Integer> row, List<Integer> start) {
  /**
   * What a pair of tokens that attention looks at costs beside a token that goes through the linear
   * layers; masked pairs are computed too. A longer row must save more padding than that.
   */
  private static final double PAIR = 0.001;

  Packing {
    row = List.copyOf(row);
    start = List.copyOf(start);
  }

  /**
   * The best layout.
   *
   * @param lengths in tokens, each at least 1
   */
  static Packing of(int... lengths) {
    List<Integer> order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> -lengths[i]))
            .toList();
    Packing best = null;
    for (int rows = lengths.length; rows >= 1; rows--) {
      Packing packing = shortest(lengths, order, rows);
      if (best == null || packing.work() < best.work()) {
        best = packing;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("nothing to pack");
    }
    return best;
  }

  private double work() {
    return (double) rows * length + PAIR * rows * length * length;
  }

  /** In at most so many rows, as short as first fit makes them. */
  private static Packing shortest(int[] lengths, List<Integer> order, int most) {
    int all = Arrays.stream(lengths).sum();
    int length = Math.max(lengths[order.get(0)], (all + most - 1) / most);
    Packing packing = firstFit(lengths, order, length);
    while (packing.rows() > most) {
      packing = firstFit(lengths, order, ++length);
    }
    return packing;
  }

  private static Packing firstFit(int[] lengths, List<Integer> order, int length) {
    int[] filled = new int[lengths.length];
    Integer[] row = new Integer[lengths.length];
    Integer[] start = new Integer[lengths.length];
    int rows = 0;
    for (int i : order) {
      int at = 0;
      while (filled[at] + lengths[i] > length) {
        at++;
      }
      row[i] = at;
      start[i] = filled[at];
      filled[at] += lengths[i];
      rows = Math.max(rows, at + 1);
    }
    return new Packing(rows, length, List.of(row), List.of(start));
  }
}
