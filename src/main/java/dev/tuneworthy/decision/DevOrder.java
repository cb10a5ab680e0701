package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.task.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The order in which a search asks <i>dev</i>: every second example first, on which all candidates
 * are screened, then the others; each half in random order, so that one may look at any time.
 *
 * @param examples all of dev
 * @param half how many of them screen; all where half of them would say too little
 */
record DevOrder(List<Example> examples, int half) {
  /** With fewer dev examples half of them would say too little. */
  private static final int LEAST_TO_HALVE = 20;

  /** Examples between two looks, so that the model always has some to read together. */
  private static final int LEAST_BETWEEN_LOOKS = 16;

  private static final int LOOKS = 4;

  DevOrder {
    examples = List.copyOf(examples);
  }

  static DevOrder of(List<Example> dev, long seed) {
    if (dev.size() < LEAST_TO_HALVE) {
      return new DevOrder(shuffled(dev, new Random(seed)), dev.size());
    }
    Random random = new Random(seed);
    List<Example> even = shuffled(everySecond(dev, 0), random);
    List<Example> all = new ArrayList<>(even);
    all.addAll(shuffled(everySecond(dev, 1), random));
    return new DevOrder(all, even.size());
  }

  List<Example> first(int n) {
    return examples.subList(0, n);
  }

  /**
   * When to look at the screening half. Where choices are scored only at its end: batch calibration
   * asks all of it at once, so that nothing would be saved by dropping a prompt sooner.
   */
  List<Integer> screening(AnswerMode mode) {
    return mode == AnswerMode.CHOOSE ? List.of(half) : looks(0, half);
  }

  /** When to look at the other half; never where there is none. */
  List<Integer> finals() {
    return half == examples.size() ? List.of() : looks(half, examples.size());
  }

  /** How many examples have been asked at each look after some, the last at the end. */
  private static List<Integer> looks(int from, int to) {
    int step = Math.max(LEAST_BETWEEN_LOOKS, (to - from + LOOKS - 1) / LOOKS);
    List<Integer> looks = new ArrayList<>();
    for (int n = from + step; n < to; n += step) {
      looks.add(n);
    }
    looks.add(to);
    return looks;
  }

  private static List<Example> everySecond(List<Example> dev, int first) {
    return IntStream.range(0, dev.size()).filter(i -> i % 2 == first).mapToObj(dev::get).toList();
  }

  private static List<Example> shuffled(List<Example> examples, Random random) {
    List<Example> copy = new ArrayList<>(examples);
    Collections.shuffle(copy, random);
    return copy;
  }
}
